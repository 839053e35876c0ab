import { redactLikelySecrets } from './redaction/redact-likely-secrets.js';

/** The listeners that have thrown; each is reported once. */
const reported = new WeakSet<object>();

/**
 * Calls a listener of the caller's own, such as `onEvent`. One that throws, or rejects, ends neither the process nor a
 * call: where there is `process.emitWarning`, it is reported there, once for each listener.
 */
export function callListener<Value>(name: string, listener: (value: Value) => unknown, value: Value): void {
  try {
    const returned = listener(value);
    // A thenable of a library's own may reject as a promise does.
    if (typeof Object(returned).then === 'function') {
      Promise.resolve(returned).catch((error) => report(name, listener, error));
    }
  } catch (error) {
    report(name, listener, error);
  }
}

/** The error is the listener's own and may quote what it was called with or read: neither its text nor its stack is shown as it is. */
function report(name: string, listener: object, error: unknown): void {
  if (reported.has(listener)) return;
  reported.add(listener);
  let [reason, detail]: string[] = ['something that cannot be read was thrown'];
  try {
    const isError = error instanceof Error;
    reason = isError ? redactLikelySecrets(String(error.message)) : `something of type ${typeof error} was thrown`;
    if (isError) detail = whereThrown(error);
  } catch {}
  globalThis.process?.emitWarning?.(`${name} failed: ${reason}`, {
    type: 'NexconnListenerWarning',
    code: 'LISTENER_FAILED',
    ...(detail !== undefined && { detail }),
  });
}

/** Returns the name of an error, and the lines of its stack that name places in the code. A message may have lines like them. */
function whereThrown({ name, message, stack = '' }: Error): string {
  const places = stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^ +at /.test(line));
  return redactLikelySecrets([name, ...places].join('\n'));
}
