import { errorCatalogue } from '@nexconn-kit/contract';
import type { RetryAfterForm } from '@nexconn-kit/mock/profile';
import { type Asker, maxConnections, type Reply } from './create-asker.js';
import { known, notKnown, type Outcome, type Question } from './question.js';

/** More than twice what is documented for issuing. */
const maxBurst = 450;
/** No window that is longer is waited for. */
const longestWindowMs = 130_000;

/** A burst: as many requests as are admitted until one is refused. */
interface Burst {
  readonly admitted: number;
  /** The first refusal; undefined where none came. */
  readonly refused: Reply | undefined;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** Quiet times after which a window of usual length is empty, in milliseconds. */
const quietMs = [1100, 2200, 5500, 11_000, 33_000, 66_000, 130_000];

/** What the limit is, what its window is, and how a refusal says when to ask again. */
export const rateQuestion: Question = {
  id: 'rate',
  title: 'Rate limit',
  users: 0,
  caveat:
    'Measured from here: other callers of the app meanwhile, or a machine that is busy, make it look smaller or shorter than it is.',
  async ask(asker) {
    const first = await burst(asker, maxBurst, 'as many as are admitted');
    if (first.refused === undefined) {
      const spent = Math.round(first.endedMs - first.startedMs);
      return notKnown(`${first.admitted} requests within ${spent} ms did not meet a limit, or not all were answered.`);
    }
    const answered = { retryAfter: formOf(first.refused), errorStatuses: statusOf(first.refused) };
    const quiet = await findQuiet(asker, first.admitted);
    if (quiet === undefined) return notKnown('What was admitted differs from time to time.');
    return tellLimit(asker, quiet, answered);
  },
};

/**
 * Returns the time after which as much is admitted as can be. What came before the first burst may have been counted there, and two
 * fixed windows may have shared it, which admits up to twice the limit.
 */
async function findQuiet(asker: Asker, first: number): Promise<number | undefined> {
  let before = 0;
  for (const waitMs of quietMs) {
    await asker.wait(waitMs);
    const { admitted, refused } = await burst(asker, maxBurst, `after ${waitMs} ms`);
    if (refused === undefined) return undefined;
    if (admitted >= first * 0.45 && Math.abs(admitted - before) <= admitted * 0.05) return waitMs;
    before = admitted;
  }
  return undefined;
}

async function tellLimit(asker: Asker, quiet: number, answered: Answered): Promise<Outcome> {
  await asker.wait(quiet);
  const whole = await burst(asker, maxBurst, 'from the beginning');
  const lastedMs = whole.endedMs - whole.startedMs;
  const begin = await untilAdmitted(asker);
  if (begin === undefined) return notKnown('The limit was met, and none was admitted again in two minutes.');
  // By then all of the burst is out of a window that slides.
  await asker.wait(lastedMs);
  const second = await burst(asker, maxBurst, 'once one is admitted again');
  // One was admitted while waiting.
  const admittedAgain = second.admitted + 1;
  if (admittedAgain < whole.admitted * 0.6) return measureBucket(asker, whole, answered);
  const end = await untilAdmitted(asker);
  if (end === undefined) return notKnown('The limit was met once, but not again.');
  // A window that slides ends its length after the second burst began, a fixed one after the first was admitted again.
  const windowMs = end - (begin + second.startedMs) / 2;
  if (lastedMs > windowMs / 2) return notKnown('Requests took too long from here to tell how they are counted.');
  const rateLimit = Math.min(whole.admitted, admittedAgain);
  const rateWindowSeconds = roundSeconds(windowMs);
  const rateWindow = await tellWindow(asker, rateLimit, rateWindowSeconds * 1000);
  if (rateWindow === undefined) return notKnown('What was admitted in a second attempt fits no kind of window.');
  return known({ rateLimit, rateWindowSeconds, rateWindow, ...answered });
}

/** Sends until one is refused; what was under way by then counts. */
async function burst(asker: Asker, limit: number, what: string): Promise<Burst> {
  const startedMs = asker.now();
  let [sent, admitted, refused, isBroken]: [number, number, Reply | undefined, boolean] = [0, 0, undefined, false];
  async function work(): Promise<void> {
    while (sent < limit && refused === undefined && !isBroken) {
      sent += 1;
      const reply = await asker.ask({ what, isOfBurst: true });
      if (isRefused(reply)) refused ??= reply;
      else if (reply.code === undefined) isBroken = true;
      else admitted += 1;
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxConnections, limit) }, work));
  const endedMs = asker.now();
  const came = refused === undefined ? 'none was refused' : `then one was refused (${statusText(refused)})`;
  asker.note({ what: `${what}: ${admitted} admitted in ${Math.round(endedMs - startedMs)} ms, ${came}` });
  return { admitted, refused, startedMs, endedMs };
}

function isRefused({ code, status }: Reply): boolean {
  return code === errorCatalogue.RateLimitExceeded.code || status === 429;
}

function statusText({ status, code, headers }: Reply): string {
  return `HTTP ${status}, code ${code}, Retry-After ${(headers['retry-after'] ?? 'none').slice(0, 40)}`;
}

function formOf({ headers }: Reply): RetryAfterForm {
  const value = headers['retry-after'];
  if (value === undefined) return 'none';
  return /^\d+$/.test(value) ? 'seconds' : 'date';
}

function statusOf({ code, status }: Reply): Record<string, number> {
  return code === undefined ? {} : { [`${code}`]: status };
}

/** Asks one at a time until one is admitted, and returns when that was. */
async function untilAdmitted(asker: Asker): Promise<number | undefined> {
  const startedMs = asker.now();
  let asked = 0;
  while (asker.now() - startedMs < longestWindowMs) {
    await asker.wait(asked < 25 ? 100 : 1000);
    asked += 1;
    const reply = await asker.ask({ what: 'whether one is admitted again', isOfBurst: true });
    if (reply.code === undefined && !isRefused(reply)) return undefined;
    if (isRefused(reply)) continue;
    asker.note({ what: `admitted again after ${Math.round(asker.now() - startedMs)} ms, and ${asked} requests` });
    return asker.now();
  }
  return undefined;
}

/** Half of the limit at once, and half a window later as many as are admitted: what is admitted after that tells. */
async function tellWindow(asker: Asker, limit: number, windowMs: number): Promise<'sliding' | 'fixed' | undefined> {
  // Halves of less tell nothing.
  if (limit < 4) return undefined;
  await asker.wait(2 * windowMs);
  const half = Math.floor(limit / 2);
  const before = await burst(asker, half, 'half of the limit');
  if (before.admitted < half) return undefined;
  await asker.wait(windowMs / 2);
  const later = await burst(asker, maxBurst, 'half a window later');
  // A window that is fixed has begun anew in between.
  if (later.admitted > limit * 0.75) return 'fixed';
  if ((await untilAdmitted(asker)) === undefined) return undefined;
  const last = await burst(asker, maxBurst, 'once one is admitted again');
  return last.admitted + 1 > limit * 0.8 ? 'fixed' : 'sliding';
}

interface Answered {
  readonly retryAfter: RetryAfterForm;
  readonly errorStatuses: Record<string, number>;
}

/** A bucket fills up evenly: how much is in it after a while says how fast. */
async function measureBucket(asker: Asker, first: Burst, answered: Answered): Promise<Outcome> {
  for (let waitMs = 250; waitMs < longestWindowMs; waitMs *= 2) {
    await asker.wait(waitMs);
    const { admitted, startedMs, endedMs } = await burst(asker, maxBurst, `after ${waitMs} ms`);
    if (admitted < Math.min(first.admitted / 2, 100)) continue;
    const perMs = admitted / (waitMs + endedMs - startedMs);
    const rateLimit = nearbyTens(Math.max(1, first.admitted - perMs * (first.endedMs - first.startedMs)));
    return known({ rateLimit, rateWindowSeconds: roundSeconds(rateLimit / perMs), rateWindow: 'bucket', ...answered });
  }
  return notKnown('The limit was met, and what was admitted after it does not tell how it counts.');
}

/** What drops in meanwhile makes a bucket look a little smaller or larger than it is. */
function nearbyTens(count: number): number {
  const tens = Math.round(count / 10) * 10;
  return Math.abs(tens - count) <= count * 0.02 ? tens : Math.round(count);
}

/** The lengths that windows usually have. */
const usualSeconds = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120];

function roundSeconds(ms: number): number {
  const off = (seconds: number) => Math.abs(Math.log((seconds * 1000) / ms));
  return usualSeconds.reduce((best, seconds) => (off(seconds) < off(best) ? seconds : best));
}
