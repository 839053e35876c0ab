/**
 * Returns the milliseconds that a `Retry-After` header asks to wait; undefined where it says nothing usable.
 *
 * A date is compared with the `Date` of the response, where it has one: this machine's clock may be off.
 * `spec/vectors/retry-after.json` lists what each kind of text comes to.
 */
export function readRetryAfter(value: unknown, date: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse reads other texts than a date of HTTP as one, too.
  if (!/\d\d:\d\d:\d\d/.test(value)) return undefined;
  const waitMs = Date.parse(value) - (Date.parse(String(date)) || nowMs);
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}
