/** Reads `Retry-After`, in seconds or as a date, into milliseconds from now; undefined where it says nothing usable. */
export function readRetryAfter(value: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const waitMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}
