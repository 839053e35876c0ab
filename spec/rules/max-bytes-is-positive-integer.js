/** `x-max-bytes` is a whole number of bytes, and `maxLength` stands beside it for tools that do not know it. */
export function maxBytesIsPositiveInteger() {
  return {
    Schema(schema, { report, location }) {
      if (!('x-max-bytes' in schema)) return;
      const maxBytes = schema['x-max-bytes'];
      if (!Number.isInteger(maxBytes) || maxBytes < 1) {
        report({ message: 'x-max-bytes must be a positive whole number.', location: location.child('x-max-bytes') });
      } else if (!(schema.maxLength <= maxBytes)) {
        // A character takes at least one byte, so a longer maxLength could never be reached.
        report({ message: `x-max-bytes: ${maxBytes} needs maxLength: ${maxBytes} or less beside it.` });
      }
    },
  };
}
