/** Counts requests in the time just past. */
export interface SlidingWindow {
  readonly limit: number;
  readonly windowMs: number;
  /** Admits a request and gives 0, or gives the milliseconds until one would be admitted. */
  readonly take: (now: number) => number;
}

/** Where the ring of timestamps starts; it doubles as it is needed, so that a high limit costs nothing by itself. */
const firstCapacity = 16;

/**
 * Makes a window that admits at most `limit` requests in any stretch of `windowMs`; a request costs the same however
 * many were counted. A refused request does not count.
 */
export function createSlidingWindow(limit: number, windowMs: number): SlidingWindow {
  let times = new Float64Array(Math.min(firstCapacity, limit));
  let first = 0;
  let size = 0;
  let last = Number.NEGATIVE_INFINITY;

  const oldest = () => times[first] ?? 0;

  function forget(now: number): void {
    // A clock that was set back would otherwise refuse until it has caught up.
    if (now < last) size = 0;
    while (size > 0 && oldest() <= now - windowMs) {
      first = (first + 1) % times.length;
      size -= 1;
    }
  }

  function grow(): void {
    const larger = new Float64Array(Math.min(times.length * 2, limit));
    larger.set(times.subarray(first));
    larger.set(times.subarray(0, first), times.length - first);
    times = larger;
    first = 0;
  }

  return {
    limit,
    windowMs,
    take(now) {
      forget(now);
      if (size >= limit) return oldest() + windowMs - now;
      if (size === times.length) grow();
      times[(first + size) % times.length] = now;
      size += 1;
      last = now;
      return 0;
    },
  };
}
