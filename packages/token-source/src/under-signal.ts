/** Does some work under a signal of its own, which ends with the given one and with the work. */
export async function underSignal<T>(
  outer: AbortSignal,
  work: (signal: AbortSignal, end: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  outer.addEventListener('abort', end);
  try {
    return await work(controller.signal, end);
  } finally {
    outer.removeEventListener('abort', end);
    end();
  }
}
