const SIGNATURE_FIELDS = ['algorithm', 'encoding', 'input', 'timestampUnit', 'nonceMaxLength', 'headers'];
const ROLES = ['primary', 'backup'];

/**
 * The extensions of servers and of signing have the shape that spec/README.md documents. Those that a document is read
 * by, `packages/document` checks itself.
 */
export function extensionsAreWellFormed() {
  return {
    Server(server, { report }) {
      if (!('x-region' in server) && !('x-role' in server)) return;
      if (typeof server['x-region'] !== 'string' || !ROLES.includes(server['x-role'])) {
        report({ message: `A server with a region needs x-region and x-role: ${ROLES.join(' or ')}.` });
      }
    },
    SecurityScheme(scheme, { report, location }) {
      const signature = scheme['x-signature'];
      if (signature === undefined) return;
      for (const field of SIGNATURE_FIELDS) {
        if (signature[field] === undefined) {
          report({ message: `x-signature needs ${field}.`, location: location.child('x-signature') });
        }
      }
    },
  };
}
