/** Every operation states its rate limit in `x-rate-limit: { limit, windowSeconds, per }`. */
export function operationHasRateLimit() {
  return {
    Operation(operation, { report, location }) {
      const rateLimit = operation['x-rate-limit'];
      if (rateLimit === undefined) {
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
