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
      const envelope = root['x-envelope'];
      if (envelope !== undefined && !isEnvelope(envelope)) {
        report({
          message: 'x-envelope needs code, message and result (field names) and success (an integer).',
          location: location.child('x-envelope'),
        });
      }
      if ('x-own-server' in root && root['x-own-server'] !== true) {
        report({ message: 'x-own-server is true or left out.', location: location.child('x-own-server') });
      }
      const list = root['x-error-codes'];
      const entries = list?.$ref ? resolve(list).node : list;
      for (const message of catalogueProblems(entries ?? [])) {
        report({ message, location: location.child('x-error-codes') });
      }
    },
    Schema(schema, { report, location }) {
      if ('x-mock' in schema && !isMockRule(schema['x-mock'])) {
        report({
          message: 'x-mock is { echo: field } or { random: base64, bytes }.',
          location: location.child('x-mock'),
        });
      }
      if ('x-empty-is-absent' in schema && schema['x-empty-is-absent'] !== true) {
        report({ message: 'x-empty-is-absent is true or left out.', location: location.child('x-empty-is-absent') });
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

function isEnvelope({ code, success, message, result }) {
  return [code, message, result].every((name) => typeof name === 'string') && Number.isInteger(success);
}

function isMockRule(rule) {
  return typeof rule?.echo === 'string' || (rule?.random === 'base64' && Number.isInteger(rule.bytes));
}

function* catalogueProblems(entries) {
  const seen = new Set();
  for (const entry of entries) {
    for (const [field, isValid] of Object.entries(CATALOGUE_FIELDS)) {
      if (!isValid(entry[field])) yield `x-error-codes: ${entry.code} has no valid ${field}.`;
    }
    for (const key of [entry.code, entry.name]) {
      if (seen.has(key)) yield `x-error-codes: ${key} stands there twice.`;
      seen.add(key);
    }
  }
}
