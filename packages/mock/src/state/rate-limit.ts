import type { Operation, RateLimit } from '@nexconn-kit/contract';
import { ApiError } from '../http/api-error.js';
import type { RateWindowKind, ResolvedRules } from '../profile/rules.js';
import type { App } from './types.js';

/** The part of an app that says how many of its requests are admitted, and counts them. */
interface Limited {
  readonly settings: Pick<App, 'suspended' | 'rateLimit'>;
  /** One for each operation. */
  readonly windows: Map<string, RateWindow>;
}

/** How a limit counts, and how it is told. */
export type RateRules = Pick<ResolvedRules, 'rateWindow' | 'rateWindowSeconds' | 'retryAfter'>;

const defaultRules: RateRules = { rateWindow: 'sliding', rateWindowSeconds: undefined, retryAfter: 'seconds' };

/** Admits a signed request, or refuses it. @throws {ApiError} `AppUnavailable`, `RateLimitExceeded` */
export function admitRequest(
  app: Limited,
  operation: Pick<Operation, 'operationId' | 'rateLimit'>,
  now: number,
  rules: RateRules = defaultRules,
): void {
  if (app.settings.suspended) throw new ApiError('AppUnavailable', 'The app is suspended in this mock. Resume it.');
  const rate = rateOf(app, operation.rateLimit, rules);
  if (!rate) return;
  const windowMs = rate.windowSeconds * 1000;
  const waitMs = windowFor(app, operation.operationId, rules.rateWindow, rate.limit, windowMs).take(now);
  if (waitMs === 0) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `More than ${rate.limit} requests in ${rate.windowSeconds} s with this App Key. Send it again in ${seconds} s.`;
  const reason = `${message} The mock's option rateLimit sets the limit.`;
  throw new ApiError('RateLimitExceeded', message, { headers: retryAfter(rules, now, seconds), reason });
}

function retryAfter({ retryAfter: form }: RateRules, now: number, seconds: number): Record<string, string> {
  if (form === 'none') return {};
  return { 'Retry-After': form === 'date' ? new Date(now + seconds * 1000).toUTCString() : `${seconds}` };
}

/** The app's own limit counts in the window of the document, or in a second where that has none. */
function rateOf(
  { settings }: Limited,
  documented: RateLimit | null,
  { rateWindowSeconds }: RateRules,
): Pick<RateLimit, 'limit' | 'windowSeconds'> | null {
  if (settings.rateLimit === false) return null;
  const windowSeconds = rateWindowSeconds ?? documented?.windowSeconds ?? 1;
  if (settings.rateLimit === null) return documented && { limit: documented.limit, windowSeconds };
  return { limit: settings.rateLimit, windowSeconds };
}

function windowFor(
  { windows }: Limited,
  operationId: string,
  kind: RateWindowKind,
  limit: number,
  windowMs: number,
): RateWindow {
  const known = windows.get(operationId);
  // A changed document may have another limit, which counts from then on.
  if (known?.kind === kind && known.limit === limit && known.windowMs === windowMs) return known;
  const window = createWindow[kind](limit, windowMs);
  windows.set(operationId, window);
  return window;
}

const createWindow: Readonly<Record<RateWindowKind, (limit: number, windowMs: number) => RateWindow>> = {
  sliding: createSlidingWindow,
  fixed: createFixedWindow,
  bucket: createBucket,
};

/** Creates a window that begins anew with each whole multiple of `windowMs`. */
function createFixedWindow(limit: number, windowMs: number): RateWindow {
  let [current, count] = [Number.NaN, 0];
  return {
    kind: 'fixed',
    limit,
    windowMs,
    take(now) {
      const window = Math.floor(now / windowMs);
      if (window !== current) [current, count] = [window, 0];
      if (count >= limit) return (window + 1) * windowMs - now;
      count += 1;
      return 0;
    },
  };
}

/** Creates a bucket of `limit` tokens that fills up evenly in `windowMs`. */
function createBucket(limit: number, windowMs: number): RateWindow {
  let [level, filledAt] = [limit, Number.NEGATIVE_INFINITY];
  return {
    kind: 'bucket',
    limit,
    windowMs,
    take(now) {
      // A clock that was set back fills nothing.
      level = Math.min(limit, level + (Math.max(0, now - filledAt) * limit) / windowMs);
      filledAt = now;
      if (level < 1) return ((1 - level) * windowMs) / limit;
      level -= 1;
      return 0;
    },
  };
}

/** A count of requests. */
export interface RateWindow {
  readonly kind: RateWindowKind;
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
export function createSlidingWindow(limit: number, windowMs: number): RateWindow {
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
    kind: 'sliding',
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
