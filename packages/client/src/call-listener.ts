/** The listeners that have thrown; each is reported once. */
const reported = new WeakSet<object>();

/**
 * Calls a listener of the app's own, such as `onEvent`. One that throws, or rejects, ends neither the process nor a call:
 * where there is `process.emitWarning`, it is reported there, once for each listener.
 */
export function callListener<Value>(option: string, listener: (value: Value) => unknown, value: Value): void {
  try {
    const returned = listener(value);
    if (returned instanceof Promise) returned.catch((error) => report(option, listener, error));
  } catch (error) {
    report(option, listener, error);
  }
}

function report(option: string, listener: object, error: unknown): void {
  if (reported.has(listener)) return;
  reported.add(listener);
  const reason = error instanceof Error ? error.message : `something of type ${typeof error} was thrown`;
  globalThis.process?.emitWarning?.(`${option} failed: ${reason}`, 'NexconnListenerWarning');
}
