const CATALOGUE_FIELDS = {
  code: Number.isInteger,
  name: (value) => /^[A-Z][A-Za-z0-9]*$/.test(value),
  httpStatus: (value) => Number.isInteger(value) && value >= 100 && value <= 599,
  retryable: (value) => typeof value === 'boolean',
  meaning: (value) => typeof value === 'string' && value.length > 0,
  remedy: (value) => typeof value === 'string' && value.length > 0,
};
const SIGNATURE_FIELDS = ['algorithm', 'encoding', 'input', 'timestampUnit', 'nonceMaxLength', 'headers'];
const ROLES = ['primary', 'backup'];

/** The extensions that describe errors, servers and signing have the shape that spec/README.md documents. */
export function extensionsAreWellFormed() {
  return {
    Root(root, { report, resolve, location }) {
      const list = root['x-error-codes'];
      if (list === undefined) return;
      const entries = list.$ref ? resolve(list).node : list;
      const at = location.child('x-error-codes');
      const seen = new Set();
      for (const entry of entries ?? []) {
        for (const [field, isValid] of Object.entries(CATALOGUE_FIELDS)) {
          if (!isValid(entry[field]))
            report({ message: `x-error-codes: ${entry.code} has no valid ${field}.`, location: at });
        }
        for (const key of [entry.code, entry.name]) {
          if (seen.has(key)) report({ message: `x-error-codes: ${key} stands there twice.`, location: at });
          seen.add(key);
        }
      }
    },
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
