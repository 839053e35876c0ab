import {
  explainMismatch,
  mistakesInWords,
  type NonceStore,
  type SigningMistake,
  verifySignature,
} from '@nexconn-kit/signing';
import type { Credentials } from '../../options/credentials.js';
import { truncate } from '../../terminal/text.js';
import type { CapturedRequest } from './read-capture.js';

/** What is said of one request. */
export interface Verdict {
  readonly ok: boolean;
  /** Why it would be refused. */
  readonly reason?: string;
  /** The mistakes that lead to its signature. */
  readonly mistakes?: readonly string[];
  /** For people, with neither secret nor signature in it. */
  readonly message: string;
  readonly advice?: string;
}

/** How requests are judged. */
export interface JudgeOptions {
  readonly credentials: Credentials;
  /** The App Secret that takes the place of the other one, during a rotation. */
  readonly nextSecret?: string | undefined;
  /** Unix time in milliseconds at which all of them were sent. Default: as captured. */
  readonly atMs: number | undefined;
  readonly clockToleranceMs: number;
}

const signatureLength = 40;

/** As the token service reads it. */
export const nextSecretVariable = 'NEXCONN_APP_SECRET_NEXT';

/** Creates what judges the requests of one capture in turn. */
export function createJudge(options: JudgeOptions): (request: CapturedRequest) => Verdict {
  const { credentials, nextSecret, atMs, clockToleranceMs } = options;
  const seen = new Set<string>();
  const nonceStore: NonceStore = {
    add: (appKey, nonce) => seen.size < seen.add(`${appKey} ${nonce}`).size,
  };

  return function judge(request) {
    const verdict = judgeBy(credentials, request);
    if (nextSecret === undefined || verdict.reason !== 'signature-mismatch') return verdict;
    const byNext = judgeBy({ ...credentials, appSecret: nextSecret }, request);
    // A mistake that either of them would explain is one of the App Secret in force.
    if (verdict.mistakes !== undefined || isUnexplained(byNext)) return verdict;
    return { ...byNext, message: `By the App Secret of ${nextSecretVariable}: ${byNext.message}` };
  };

  function judgeBy(by: Credentials, { headers, sentAtMs }: CapturedRequest): Verdict {
    const timeMs = atMs ?? sentAtMs;
    const result = verifySignature(headers, {
      secretFor: (appKey) => (appKey === by.appKey ? by.appSecret : undefined),
      clockToleranceMs: timeMs === undefined ? Number.POSITIVE_INFINITY : clockToleranceMs,
      now: () => timeMs ?? 0,
      nonceStore,
    });
    // A right signature over a time in seconds is refused for its time alone, which may not be known.
    const cause = explainMismatch(headers, by);
    if (!result.ok && result.reason === 'app-key-unknown') return otherApp(headers, by);
    if (!result.ok && result.reason === 'clock-skew' && cause !== 'seconds') return late(result, clockToleranceMs);
    if (!result.ok && result.reason !== 'signature-mismatch' && cause !== 'seconds') return refused(result);
    if (cause !== undefined) return explained(cause.split('+'));
    if (!result.ok) return unexplained(headers);
    return { ok: true, message: `The signature is right. ${timeOf(headers, timeMs)}` };
  }
}

function isUnexplained({ reason, mistakes }: Verdict): boolean {
  return reason === 'signature-mismatch' && mistakes === undefined;
}

function refused({ reason, message }: { reason: string; message: string }): Verdict {
  return { ok: false, reason, message };
}

/** In words about the time of the capture, which is not now. */
function late({ reason, skewMs = 0 }: { reason: string; skewMs?: number }, clockToleranceMs: number): Verdict {
  const side = skewMs < 0 ? 'before' : 'after';
  return {
    ok: false,
    reason,
    message: `Timestamp is ${Math.abs(skewMs)} ms ${side} the request was sent; ${clockToleranceMs} are allowed.`,
    advice: 'Sign each request when it is sent, and check the clock of the machine that signs.',
  };
}

function explained(names: readonly string[]): Verdict {
  const known = names.map((name) => mistakesInWords[name as SigningMistake]);
  const what = known.map((each) => each.what).join(', and ');
  const advice = [...new Set(known.map((each) => each.advice))].join(' ');
  return {
    ok: false,
    reason: 'signature-mismatch',
    mistakes: names,
    message: `The signature is wrong: ${what}.`,
    advice,
  };
}

function unexplained(headers: CapturedRequest['headers']): Verdict {
  const { length } = headerOf(headers, 'signature');
  const isCut = length !== signatureLength;
  return {
    ok: false,
    reason: 'signature-mismatch',
    message: isCut
      ? `The signature is wrong: it is ${length} long, and a right one has ${signatureLength} characters.`
      : 'The signature is wrong, and no common mistake leads to it.',
    advice: isCut
      ? 'It was cut when it was captured, or is no SHA-1 hash in hexadecimal digits.'
      : 'Another App Secret was probably used, such as that of another app, or Nonce and Timestamp are not those that ' +
        'were signed. Compare with nexconn sign --explain --nonce … --timestamp ….',
  };
}

const secretAsKey: Verdict = {
  ok: false,
  reason: 'app-key-unknown',
  message: 'App-Key is the App Secret.',
  advice: 'Send the App Key there, and rotate the App Secret: whoever has seen the request knows it.',
};

function otherApp(headers: CapturedRequest['headers'], { appKey, appSecret }: Credentials): Verdict {
  if (headerOf(headers, 'app-key').includes(appSecret)) return secretAsKey;
  const signed = headers.map(([name, value]) => [name, /app-key$/i.test(name) ? appKey : value] as const);
  const { ok } = verifySignature(signed, {
    secretFor: () => appSecret,
    clockToleranceMs: Number.POSITIVE_INFINITY,
  });
  return {
    ok: false,
    reason: 'app-key-unknown',
    message: `App-Key is ${truncate(headerOf(headers, 'app-key'), 64)}, and NEXCONN_APP_KEY is ${appKey}.`,
    advice: ok
      ? 'The signature is right by the App Secret given here: send the App Key that belongs to it.'
      : 'Give the App Key and the App Secret of the app that sent it.',
  };
}

function timeOf(headers: CapturedRequest['headers'], timeMs: number | undefined): string {
  const at = new Date(Number(headerOf(headers, 'timestamp')));
  const shown = Number.isNaN(at.getTime()) ? 'far in the future' : at.toISOString();
  if (timeMs !== undefined) return `It was signed at ${shown}, close to when it was sent.`;
  return `It was signed at ${shown}: whether it was sent then is judged too where --at has the Unix time of that, in milliseconds.`;
}

/** Returns the value of a header by its plain name, in lower case. */
function headerOf(headers: CapturedRequest['headers'], name: string): string {
  return headers.find(([key]) => key.toLowerCase().replace(/^rc-/, '') === name)?.[1] ?? '';
}
