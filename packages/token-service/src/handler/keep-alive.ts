/**
 * Has a runtime that ends what a request has under way, once its caller has left, let a token be issued and stored first: by
 * the `waitUntil` of an execution context (Cloudflare Workers and Pages, service workers), where the framework passes one.
 * Otherwise its user's next request would wait until the lease is over.
 */
export function keepAlive(context: readonly unknown[], work: PromiseLike<unknown>): void {
  const settled = Promise.resolve(work).catch(() => {});
  for (const each of context) {
    try {
      (each as { waitUntil?: (settled: Promise<unknown>) => void } | null | undefined)?.waitUntil?.(settled);
    } catch {
      // The answer does not depend on it: the context of a request that is over, or something else of that name.
    }
  }
}
