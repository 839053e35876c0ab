import type { TokenSourceEvent } from '@nexconn-kit/token-source';
import { type Step, tailOf } from '../protocol.js';
import { durationOf } from './elements.js';

/** What a device says of a step; where it happens is the app, unless it says so. */
export type Said = Omit<Step, 'story' | 'at' | 'from' | 'to'> & Partial<Pick<Step, 'from' | 'to'>>;

/** How often a device asks before it gives up: longer than a fault of the demo lasts. */
export const maxAttempts = 10;

/** Returns the step of a request of the token source, from its body. */
export function requestStep(device: string, body: string): Said {
  const { rejectedToken } = JSON.parse(body) as { rejectedToken?: string };
  const why =
    rejectedToken === undefined
      ? `${device} has no token yet.`
      : `${device} gives the refused token ${tailOf(rejectedToken)} back.`;
  return { rank: 0, to: 'server', topic: 'source', text: 'Token source asks: POST /access-token', why };
}

/** Returns the step of an answer of the app server, and how long its token is valid. */
export function answerStep(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  answer: Record<string, unknown>,
): { readonly said: Said; readonly validity: string } {
  const { accessToken, expiresInSeconds: seconds, code = '', message = '' } = answer;
  const common = { rank: 8, from: 'server', to: 'app', topic: 'source' } as const;
  if (typeof accessToken === 'string') {
    const validity = typeof seconds === 'number' ? `valid for ${lifetimeOf(seconds)}` : 'valid until refused';
    const why = 'The token source keeps it for the next start, and for the other tabs.';
    return {
      validity,
      said: { ...common, text: `${status}: token ${tailOf(accessToken)}, ${validity}`, why, tone: 'good' },
    };
  }
  const after = headers.get('retry-after');
  const why = after === null ? String(message) : `To be asked again in ${after} s, at the earliest.`;
  return { validity: '', said: { ...common, text: `${status} ${code}`, why, tone: 'bad' } };
}

/** Returns a lifetime in the unit that one reads: `90 s`, `60 min`, `24 h`, `30 days`. */
function lifetimeOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Returns the step of an event of the token source; undefined where another step says it already. */
export function eventStep(device: string, event: TokenSourceEvent): Said | undefined {
  if (event.type === 'taken') {
    const why = 'It was stored here, so the app server is not asked.';
    return { rank: 1, topic: 'source', text: 'Token source takes the token of this browser', why, tone: 'good' };
  }
  if (event.type === 'cleared') {
    const why = `${device}: in this browser and its other tabs; what is still on its way is dropped.`;
    return { rank: 1, topic: 'sign-out', text: 'Token source forgets the token', why, tone: 'good' };
  }
  if (event.type === 'storage-failed') {
    const why = `The browser refuses to ${event.operation} it. It is kept in memory.`;
    return { rank: 9, topic: 'source', text: 'The storage fails', why, tone: 'warn' };
  }
  return event.type === 'attempt-failed' ? failureStep(event) : undefined;
}

function failureStep({ waitMs, error, attempt }: Extract<TokenSourceEvent, { type: 'attempt-failed' }>): Said {
  const common = { rank: 9, topic: 'source' } as const;
  const code = error.serverCode === undefined ? error.code : `${error.code} (${error.serverCode})`;
  const why = `Attempt ${attempt} of ${maxAttempts}: ${code}.`;
  if (waitMs === undefined) return { ...common, text: 'Token source gives up', why, tone: 'bad' };
  return { ...common, text: `Token source waits ${durationOf(waitMs)}, then asks again`, why, tone: 'warn' };
}
