const reported = new WeakSet<object>();

/**
 * Calls a listener of the caller's, whose failure, at once or later, is not the client's: the first one of each listener
 * is reported as a warning of the process where the runtime has them, and all others are swallowed.
 */
export function callListener<Event>(
  name: string,
  listener: ((event: Event) => unknown) | undefined,
  event: Event,
): void {
  if (!listener) return;
  const report = (error: unknown): void => {
    if (reported.has(listener)) return;
    reported.add(listener);
    const detail = error instanceof Error ? error.stack : String(error);
    const warning = `${name} threw an error. The client goes on; further errors of it are not reported.`;
    globalThis.process?.emitWarning?.(warning, {
      type: 'NexconnWarning',
      code: 'LISTENER_FAILED',
      ...(detail && { detail }),
    });
  };
  try {
    const result = listener(event);
    if (result instanceof Promise) result.catch(report);
  } catch (error) {
    report(error);
  }
}
