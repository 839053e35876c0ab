/** Every operation states its rate limit; only one of a server of one's own (`x-own-server`) may leave it out. */
export function operationHasRateLimit() {
  let isOwnServer = false;
  return {
    Root(root) {
      isOwnServer = root['x-own-server'] === true;
    },
    Operation(operation, { report }) {
      if (operation['x-rate-limit'] !== undefined || isOwnServer) return;
      report({ message: 'The operation needs x-rate-limit: { limit, windowSeconds, per }.' });
    },
  };
}
