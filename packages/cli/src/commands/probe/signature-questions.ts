import { randomBytes } from 'node:crypto';
import type { Asker } from './create-asker.js';
import { isSigned } from './create-asker.js';
import { known, notKnown, type Question } from './question.js';

/** Distances that limits are usually set to, in milliseconds, and one that is as good as none. */
const distancesMs = [
  1000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 86_400_000,
];

/** How far a Timestamp may lie from the server's time. */
export const clockQuestion: Question = {
  id: 'clock',
  title: 'Clock window',
  users: 0,
  async ask(asker) {
    const behind = await findLimit(asker, -1);
    const ahead = behind === undefined ? undefined : await findLimit(asker, 1);
    if (behind === undefined || ahead === undefined) return notKnown('Not all answers were those of the API.');
    return known({ clockToleranceMs: { behind, ahead } });
  },
};

/** Returns the distance up to which a Timestamp is taken; null where none was refused, undefined where that is not clear. */
async function findLimit(asker: Asker, side: -1 | 1): Promise<number | null | undefined> {
  const isTaken = async (distanceMs: number): Promise<boolean | undefined> => {
    const words = `Timestamp ${Math.round(distanceMs)} ms ${side < 0 ? 'behind' : 'ahead'}`;
    return isSigned(await asker.ask({ what: words, offsetMs: side * distanceMs }));
  };
  let [low, high] = [-1, distancesMs.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const taken = await isTaken(distancesMs[middle] ?? 0);
    if (taken === undefined) return undefined;
    if (taken) low = middle;
    else high = middle;
  }
  if (high === distancesMs.length) return null;
  return narrow(isTaken, low < 0 ? 0 : (distancesMs[low] ?? 0), distancesMs[high] ?? 0);
}

/** Halves the stretch between what is taken and what is refused until one round number is left in it, or it is short. */
async function narrow(
  isTaken: (distanceMs: number) => Promise<boolean | undefined>,
  takenMs: number,
  refusedMs: number,
): Promise<number | undefined> {
  let [low, high] = [takenMs, refusedMs];
  while (high - low > Math.max(1000, low / 100)) {
    const middle = (low + high) / 2;
    const taken = await isTaken(middle);
    if (taken === undefined) return undefined;
    if (taken) low = middle;
    else high = middle;
  }
  return roundestBetween(low, high);
}

/** As clocks are compared to half a second, a limit that was just met may have been taken for one that was not. */
const slackMs = 700;

function roundestBetween(low: number, high: number): number {
  for (const step of [3_600_000, 60_000, 30_000, 10_000, 5000, 1000]) {
    const found = Math.round((low + high) / 2 / step) * step;
    if (found >= low - slackMs && found <= high + slackMs && found > 0) return found;
  }
  return Math.round(low);
}

/** Whether a nonce may be used again. */
export const nonceQuestion: Question = {
  id: 'nonce',
  title: 'Nonce reuse',
  users: 0,
  async ask(asker) {
    const [nonce, twin] = [freshNonce(), freshNonce()];
    const first = isSigned(await asker.ask({ what: 'a fresh nonce', nonce }));
    const later = isSigned(await asker.ask({ what: 'the same nonce, another Timestamp', nonce, offsetMs: 7 }));
    const timestamp = Math.round(asker.now());
    const before = isSigned(await asker.ask({ what: 'another fresh nonce', nonce: twin, timestamp }));
    const again = isSigned(await asker.ask({ what: 'the very same request', nonce: twin, timestamp }));
    if (!first || !before) return notKnown('A fresh nonce was not taken.');
    if (later === undefined || again === undefined) return notKnown('Not all answers were those of the API.');
    if (again && !later) return notKnown('The very same request was taken, but not its nonce with another Timestamp.');
    if (again) return known({ nonceReplay: 'allow' });
    return known({ nonceReplay: later ? 'refuse-identical' : 'refuse' });
  },
};

function freshNonce(): string {
  return randomBytes(8).toString('hex');
}

/** Whether a signature may be in capitals. */
export const upperCaseQuestion: Question = {
  id: 'upper-case',
  title: 'Upper-case signature',
  users: 0,
  async ask(asker) {
    const lower = isSigned(await asker.ask({ what: 'the signature in lower case' }));
    const changeSignature = (signature: string) => signature.toUpperCase();
    const upper = isSigned(await asker.ask({ what: 'the signature in upper case', changeSignature }));
    if (!lower || upper === undefined) return notKnown('The signature in lower case was not taken, or no answer came.');
    return known({ upperCaseSignature: upper ? 'allow' : 'refuse' });
  },
};
