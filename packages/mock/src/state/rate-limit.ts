import type { Operation, RateLimit } from '@nexconn-kit/contract';
import { ApiError } from '../http/api-error.js';
import type { App } from './types.js';

/** The part of an app that says how many of its requests are admitted, and counts them. */
interface Limited {
  readonly settings: Pick<App, 'suspended' | 'rateLimit'>;
  /** One for each operation. */
  readonly windows: Map<string, SlidingWindow>;
}

/** Admits a signed request, or refuses it. @throws {ApiError} `AppUnavailable`, `RateLimitExceeded` */
export function admitRequest(app: Limited, operation: Pick<Operation, 'operationId' | 'rateLimit'>, now: number): void {
  if (app.settings.suspended) throw new ApiError('AppUnavailable', 'The app is suspended in this mock. Resume it.');
  const rate = rateOf(app, operation.rateLimit);
  if (!rate) return;
  const windowMs = rate.windowSeconds * 1000;
  const waitMs = windowFor(app, operation.operationId, rate.limit, windowMs).take(now);
  if (waitMs === 0) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `More than ${rate.limit} requests in ${rate.windowSeconds} s with this App Key. Send it again in ${seconds} s.`;
  const reason = `${message} The mock's option rateLimit sets the limit.`;
  throw new ApiError('RateLimitExceeded', message, { headers: { 'Retry-After': `${seconds}` }, reason });
}

/** The app's own limit counts in the window of the document, or in a second where that has none. */
function rateOf(
  { settings }: Limited,
  documented: RateLimit | null,
): Pick<RateLimit, 'limit' | 'windowSeconds'> | null {
  if (settings.rateLimit === false) return null;
  if (settings.rateLimit === null) return documented;
  return { limit: settings.rateLimit, windowSeconds: documented?.windowSeconds ?? 1 };
}

function windowFor({ windows }: Limited, operationId: string, limit: number, windowMs: number) {
  const known = windows.get(operationId);
  // A changed document may have another limit, which counts from then on.
  if (known?.limit === limit && known.windowMs === windowMs) return known;
  const window = createSlidingWindow(limit, windowMs);
  windows.set(operationId, window);
  return window;
}

/** A count of the requests in the time just past. */
export interface SlidingWindow {
  readonly limit: number;
  readonly windowMs: number;
  /** Admits a request and returns 0, or returns the milliseconds until one would be admitted. */
  readonly take: (now: number) => number;
}

/** The first size of the ring of timestamps; it doubles when needed, so that a high limit costs nothing by itself. */
const firstCapacity = 16;

/**
 * Creates a window that admits at most `limit` requests in any stretch of `windowMs`; a request costs the same however
 * many were counted. A refused request does not count.
 */
export function createSlidingWindow(limit: number, windowMs: number): SlidingWindow {
  let times = new Float64Array(Math.min(firstCapacity, limit));
  let first = 0;
  let size = 0;
  let last = Number.NEGATIVE_INFINITY;

  const oldest = () => times[first] ?? 0;

  function forget(now: number): void {
    // After a clock was set back it would otherwise refuse until the clock has caught up.
    if (now < last) size = 0;
    while (size > 0 && oldest() <= now - windowMs) {
      first = (first + 1) % times.length;
      size -= 1;
    }
  }

  function grow(): void {
    const larger = new Float64Array(Math.min(times.length * 2, limit));
    larger.set(times.subarray(first));
    larger.set(times.subarray(0, first), times.length - first);
    times = larger;
    first = 0;
  }

  return {
    limit,
    windowMs,
    take(now) {
      forget(now);
      if (size >= limit) return oldest() + windowMs - now;
      if (size === times.length) grow();
      times[(first + size) % times.length] = now;
      size += 1;
      last = now;
      return 0;
    },
  };
}
