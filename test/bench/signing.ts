import * as crypto from 'node:crypto';
import { signRequest } from '@nexconn-kit/signing';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const rounds = 31;
const callsPerRound = 20_000;

/** The least a caller would write by hand: nonce, time, one hash. */
function bareHash(): string {
  const uuid = crypto.randomUUID();
  const nonce = uuid.slice(0, 8) + uuid.slice(-10);
  const timestamp = `${Date.now()}`;
  return crypto.hash('sha1', credentials.appSecret + nonce + timestamp);
}

function sign(): string {
  return signRequest(credentials).Signature;
}

function secondsFor(work: () => string): number {
  let characters = 0;
  const start = performance.now();
  // The results are summed up, so that no call can be optimised away.
  for (let call = 0; call < callsPerRound; call += 1) characters += work().length;
  const seconds = (performance.now() - start) / 1000;
  if (characters !== callsPerRound * 40)
    throw new Error(`Expected 40 characters a signature, got ${characters} in all.`);
  return seconds;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * Compares `signRequest` with a bare hash in one run, in interleaved rounds.
 *
 * `costRatio` is the median of the rounds' ratios: both halves of a round see the same machine.
 */
export async function benchSigning(): Promise<Record<string, number>> {
  const bare: number[] = [];
  const signed: number[] = [];
  const ratios: number[] = [];
  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const signedFirst = round % 2 === 1;
    const early = secondsFor(signedFirst ? sign : bareHash);
    const late = secondsFor(signedFirst ? bareHash : sign);
    if (round === 0) continue;
    signed.push(signedFirst ? early : late);
    bare.push(signedFirst ? late : early);
    ratios.push(signedFirst ? early / late : late / early);
  }
  const result = {
    signRequestPerSecond: Math.round(callsPerRound / median(signed)),
    bareHashPerSecond: Math.round(callsPerRound / median(bare)),
    costRatio: Number(median(ratios).toFixed(3)),
  };
  console.log(`signing: medians of ${rounds} interleaved rounds of ${callsPerRound} calls`);
  console.log(`  signRequest        ${result.signRequestPerSecond.toLocaleString('en')} /s`);
  console.log(`  nonce + bare hash  ${result.bareHashPerSecond.toLocaleString('en')} /s`);
  console.log(`  cost ratio         ${result.costRatio} (at most 1.5 wanted)`);
  return result;
}
