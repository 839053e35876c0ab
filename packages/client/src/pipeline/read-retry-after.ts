import type { WireResponse } from '../transport/transport.js';

/**
 * Reads `Retry-After`, in seconds or as a date, into milliseconds from now; undefined where it says nothing usable.
 *
 * A date is compared with that of the response, where it has one: this machine's clock may be off.
 */
export function readRetryAfter(headers: WireResponse['headers'], nowMs: number): number | undefined {
  const { 'retry-after': value, date } = headers;
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  // Other texts than a date of HTTP would be read as one, too.
  if (!/\d\d:\d\d:\d\d/.test(value)) return undefined;
  const waitMs = Date.parse(value) - (Date.parse(String(date)) || nowMs);
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}
