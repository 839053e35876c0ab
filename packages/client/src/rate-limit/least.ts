/**
 * Makes the function that takes a value, none below 0, and gives the least one lately, itself included: of the last
 * `sampleSize` to twice as many. It is 0 until so many have been taken.
 */
export function createLeast(sampleSize: number): (value: number) => number {
  let before = 0;
  let least = Number.POSITIVE_INFINITY;
  let count = 0;
  return function noteLeast(value) {
    least = Math.min(least, value);
    const lately = Math.min(before, least);
    count += 1;
    if (count === sampleSize) [before, least, count] = [least, Number.POSITIVE_INFINITY, 0];
    return lately;
  };
}
