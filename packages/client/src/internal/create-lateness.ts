/** How quickly the usual follows when everything takes longer. */
const slowness = 256;

/**
 * Makes the function that takes how long something took, and gives how much more that is than usual lately.
 *
 * The usual is the shortest, and nothing at first: what is not known to be usual counts as late.
 */
export function createLateness(): (tookMs: number) => number {
  let usualMs = 0;
  return function lateness(tookMs) {
    usualMs = tookMs < usualMs ? tookMs : usualMs + (tookMs - usualMs) / slowness;
    return tookMs - usualMs;
  };
}
