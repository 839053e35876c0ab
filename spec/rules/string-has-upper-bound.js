const BOUNDS = ['maxLength', 'x-max-bytes', 'enum', 'const'];
// These formats have a longest value of their own.
const BOUNDED_FORMATS = ['date', 'date-time', 'time', 'uuid', 'ipv4', 'ipv6'];

/**
 * Every string states how long it may be: a client cannot refuse in time what has no limit. Beside `x-max-bytes` stands
 * `maxLength`, for tools that do not know it.
 */
export function stringHasUpperBound() {
  return {
    Schema(schema, { report }) {
      const maxBytes = schema['x-max-bytes'];
      if (Number.isInteger(maxBytes) && !(schema.maxLength <= maxBytes)) {
        // A character takes at least one byte, so a longer maxLength could never be reached.
        report({ message: `x-max-bytes: ${maxBytes} needs maxLength: ${maxBytes} or less beside it.` });
      }
      if (schema.type !== 'string' && !(Array.isArray(schema.type) && schema.type.includes('string'))) return;
      if (BOUNDS.some((keyword) => keyword in schema) || BOUNDED_FORMATS.includes(schema.format)) return;
      report({ message: `A string needs an upper bound: ${BOUNDS.join(', ')}, or a format with a fixed length.` });
    },
  };
}
