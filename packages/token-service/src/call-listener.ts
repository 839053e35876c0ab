/** The listeners that have thrown; each is reported once. */
const reported = new WeakSet<object>();

/**
 * Calls a listener of the caller's own, such as `onEvent`. One that throws, or rejects, ends neither the process nor a
 * call: where there is `process.emitWarning`, it is reported there, once for each listener.
 */
export function callListener<Value>(name: string, listener: (value: Value) => unknown, value: Value): void {
  try {
    const returned = listener(value);
    if (returned instanceof Promise) returned.catch((error) => report(name, listener, error));
  } catch (error) {
    report(name, listener, error);
  }
}

function report(name: string, listener: object, error: unknown): void {
  if (reported.has(listener)) return;
  reported.add(listener);
  const isError = error instanceof Error;
  const reason = isError ? error.message : `something of type ${typeof error} was thrown`;
  globalThis.process?.emitWarning?.(`${name} failed: ${reason}`, {
    type: 'NexconnListenerWarning',
    code: 'LISTENER_FAILED',
    ...(isError && error.stack && { detail: error.stack }),
  });
}
