/** Every business code that an example shows is explained in `x-error-codes`, except the success code. */
export function errorCodeIsInCatalogue() {
  let envelope;
  const known = new Set();
  return {
    Root(root, { resolve }) {
      envelope = root['x-envelope'];
      const list = root['x-error-codes'];
      const entries = list?.$ref ? resolve(list).node : list;
      for (const entry of entries ?? []) known.add(entry.code);
      if (envelope) known.add(envelope.success);
    },
    Response: {
      Example(example, { report, location, resolve }) {
        if (!envelope) return;
        const value = example.value?.$ref ? resolve(example.value).node : example.value;
        const code = value?.[envelope.code];
        if (!known.has(code)) {
          report({
            message: `The code ${code} is not in x-error-codes. Add it there, or correct the example.`,
            location: location.child('value'),
          });
        }
      },
    },
  };
}
