/** The middle one; NaN of none. */
export function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The median of the rounds' ratios: what slows the machine down in a round slows both. */
export function medianRatio(values: readonly number[] = [], others: readonly number[] = []): number {
  return median(values.map((value, index) => value / (others[index] ?? Number.NaN)));
}
