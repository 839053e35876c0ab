/** Returns the largest number of the given times, in order, that lie within any stretch of so many milliseconds. */
export function mostWithin(ms: number, times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] as number) <= time - ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
