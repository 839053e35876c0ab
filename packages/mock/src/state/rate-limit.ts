import type { Operation, RateLimit } from '@nexconn-kit/contract';
import { ApiRefusal } from '../http/api-error.js';
import type { AppState } from './app.js';
import { createSlidingWindow } from './sliding-window.js';

/** Lets a signed request in, or not. @throws {ApiRefusal} `AppUnavailable`, `RateLimitExceeded` */
export function admitRequest(
  app: AppState,
  operation: Pick<Operation, 'operationId' | 'rateLimit'>,
  now: number,
): void {
  if (app.settings.suspended) throw new ApiRefusal('AppUnavailable', 'The app is suspended in this mock. Resume it.');
  const rate = rateOf(app, operation.rateLimit);
  if (!rate) return;
  const windowMs = rate.windowSeconds * 1000;
  const waitMs = windowFor(app, operation.operationId, rate.limit, windowMs).take(now);
  if (waitMs === 0) return;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `More than ${rate.limit} requests in ${rate.windowSeconds} s with this App Key. Send it again in ${seconds} s.`;
  const reason = `${message} The mock's option rateLimit sets the limit.`;
  throw new ApiRefusal('RateLimitExceeded', message, { headers: { 'Retry-After': `${seconds}` }, reason });
}

/** The app's own limit counts in the window of the document, or in a second where that has none. */
function rateOf(
  { settings }: AppState,
  documented: RateLimit | null,
): Pick<RateLimit, 'limit' | 'windowSeconds'> | null {
  if (settings.rateLimit === false) return null;
  if (settings.rateLimit === null) return documented;
  return { limit: settings.rateLimit, windowSeconds: documented?.windowSeconds ?? 1 };
}

function windowFor({ windows }: AppState, operationId: string, limit: number, windowMs: number) {
  const known = windows.get(operationId);
  // A changed document may have another limit, which counts from then on.
  if (known?.limit === limit && known.windowMs === windowMs) return known;
  const window = createSlidingWindow(limit, windowMs);
  windows.set(operationId, window);
  return window;
}
