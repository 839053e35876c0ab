/**
 * Every business code that an example shows is in `x-error-codes`, except the success code; each code stands there once,
 * with what it means and what to do.
 */
export function errorCodeIsInCatalogue() {
  let envelope;
  const known = new Set();
  return {
    Root(root, { report, resolve, location }) {
      envelope = root['x-envelope'];
      const list = root['x-error-codes'];
      const entries = list?.$ref ? resolve(list).node : list;
      for (const message of catalogueProblems(entries ?? [], known)) {
        report({ message, location: location.child('x-error-codes') });
      }
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

function* catalogueProblems(entries, known) {
  for (const { code, meaning, remedy, retryable } of entries) {
    if (known.has(code)) yield `x-error-codes: ${code} stands there twice.`;
    known.add(code);
    if (!meaning || !remedy || retryable === undefined)
      yield `x-error-codes: ${code} needs meaning, remedy and retryable.`;
  }
}
