/** So many answers tell what is usual; at full demand they take five seconds. */
const sampleSize = 1000;

/**
 * Makes the function that takes how long an answer took, and gives how much more that is than usual lately.
 *
 * The usual is the shortest, and nothing at first: what is not known to be usual counts as late.
 */
export function createLateness(): (tookMs: number) => number {
  let shortestBeforeMs = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  let count = 0;
  return function lateness(tookMs) {
    shortestMs = Math.min(shortestMs, tookMs);
    const lateMs = tookMs - Math.min(shortestBeforeMs, shortestMs);
    count += 1;
    if (count === sampleSize) [shortestBeforeMs, shortestMs, count] = [shortestMs, Number.POSITIVE_INFINITY, 0];
    return lateMs;
  };
}
