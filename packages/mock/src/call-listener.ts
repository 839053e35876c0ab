/** The listeners that have thrown; each is reported once. */
const reported = new WeakSet<object>();

/**
 * Calls a listener of the caller's own. What it throws, or rejects with, ends nothing: where there is
 * `process.emitWarning`, it is reported there, once for each listener.
 */
export function callListener<Event>(listener: (event: Event) => unknown, event: Event): void {
  const report = (error: unknown): void => {
    if (reported.has(listener)) return;
    reported.add(listener);
    globalThis.process?.emitWarning?.(`A listener of a mock failed: ${error}`, 'NexconnListenerWarning');
  };
  try {
    const result = listener(event);
    if (result instanceof Promise) result.catch(report);
  } catch (error) {
    report(error);
  }
}
