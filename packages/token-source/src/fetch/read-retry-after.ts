/** Reads `Retry-After`, seconds or a date, as milliseconds from now on. */
export function readRetryAfter(headers: Pick<Headers, 'get'>, now: () => number): number | undefined {
  const text = headers.get('retry-after');
  if (!text) return undefined;
  // A date is one of the server's clock, which the answer has too.
  const ms = /^\s*\d+\s*$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - (Date.parse(headers.get('date') ?? '') || now());
  return ms >= 0 ? ms : undefined;
}
