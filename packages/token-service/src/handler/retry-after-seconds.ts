import type { Problem } from './problem.js';

/** Spread over at least this long, a crowd that was sent away does not come back as one. */
const leastSpreadMs = 5_000;

/** Gives `Retry-After` for a problem; undefined where waiting does not help. */
export function retryAfterSeconds(
  { code, retryAfterMs, isAppointment }: Problem,
  random: () => number,
): number | undefined {
  if (retryAfterMs === undefined) return undefined;
  // Each of them was told another time already; always rounded up, those of a second would come as one.
  if (isAppointment) return Math.max(1, Math.floor(retryAfterMs / 1000 + random()));
  // Those who were refused for what they did themselves come one by one.
  const spreadMs = code === 'TRY_LATER' ? random() * Math.max(leastSpreadMs, retryAfterMs) : 0;
  return Math.max(1, Math.ceil((retryAfterMs + spreadMs) / 1000));
}
