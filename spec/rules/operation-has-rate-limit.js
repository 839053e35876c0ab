/**
 * Every operation states its rate limit in `x-rate-limit: { limit, windowSeconds, per }`; only in a document of a server
 * of one's own (`x-own-server`), which may have no limit, may it be left out.
 */
export function operationHasRateLimit() {
  let isOwnServer = false;
  return {
    Root(root) {
      isOwnServer = root['x-own-server'] === true;
    },
    Operation(operation, { report, location }) {
      const rateLimit = operation['x-rate-limit'];
      if (rateLimit === undefined) {
        if (isOwnServer) return;
        report({ message: 'The operation needs x-rate-limit: { limit, windowSeconds, per }.' });
        return;
      }
      const wellFormed =
        Number.isInteger(rateLimit?.limit) &&
        rateLimit.limit > 0 &&
        rateLimit.windowSeconds > 0 &&
        typeof rateLimit.per === 'string';
      if (!wellFormed) {
        report({
          message: 'x-rate-limit needs a positive whole limit, positive windowSeconds and per, such as app-key.',
          location: location.child('x-rate-limit'),
        });
      }
    },
  };
}
