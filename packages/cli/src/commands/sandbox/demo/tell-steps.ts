import type { AsyncLocalStorage } from 'node:async_hooks';
import type { NexconnClientOptions, NexconnEvent } from '@nexconn-kit/client';
import type { RunningMock } from '@nexconn-kit/mock';
import type { TokenServiceEvent } from '@nexconn-kit/token-server';
import { dateNow, performanceNow } from '../../../system-time.js';
import type { Step } from './protocol.js';

/** Reports a step, by default as of now. */
export type TellStep = (step: Omit<Step, 'at'> & { readonly at?: number }) => void;

/** What the token service and its client do, as steps. */
export interface StepTeller {
  readonly onServiceEvent: (event: TokenServiceEvent) => void;
  readonly onClientEvent: (event: NexconnEvent) => void;
  /** Options of the client that show what it signs, and when it asks for the App Secret. */
  readonly clientOptions: Required<Pick<NexconnClientOptions, 'appSecret' | 'fetch'>>;
}

type Attempt = Extract<NexconnEvent, { type: 'attempt' }>;
type Said = Omit<Step, 'at' | 'story' | 'from' | 'to' | 'topic'> & Partial<Pick<Step, 'at' | 'from' | 'to' | 'topic'>>;

/** Why a token was issued, by the reason of the token service. */
const reasons: Record<Extract<TokenServiceEvent, { type: 'issued' }>['reason'], string> = {
  first: 'The first one of this user. From now on it is handed out without asking the API.',
  changed: 'Name or avatar changed, which the API learns with a new token.',
  rejected: 'The chat server had refused the old one: it is replaced once, for all devices of the user.',
  expired: 'The stored one had expired.',
  early: 'The stored one would expire soon.',
  secret: 'The stored one was of an App Secret that was rotated out.',
};

const waits: Record<Extract<NexconnEvent, { type: 'wait' }>['reason'], readonly [text: string, why: string]> = {
  rate: ['waits for its turn', 'The rate limit of the API is kept here, so that nothing is refused there.'],
  connection: ['waits for a connection', 'All connections to the API were in use.'],
  retry: ['waits before the next attempt', 'Longer each time, and at random, so that not all come back at once.'],
};

const noAnswers: Readonly<Record<string, string>> = {
  NETWORK: 'the connection was cut off.',
  TIMEOUT: 'it took longer than an attempt may take.',
};

const answer = { rank: 5, from: 'api', to: 'server', topic: 'client' } as const;

/** What a teller needs. */
export interface StepTellerParts {
  readonly mock: RunningMock;
  readonly requestIds: AsyncLocalStorage<string>;
  readonly tell: TellStep;
  /** Sends the requests of the client. */
  readonly send: (request: Request) => Promise<Response>;
}

/** Creates the teller. A step belongs to the story of the request that is under way, which is part of its ID. */
export function createStepTeller({ mock, requestIds, tell, send }: StepTellerParts): StepTeller {
  /** Requests of pages whose last answer of the API has been told already. */
  const answered = new Set<string>();
  const requestId = () => requestIds.getStore() ?? '';
  const say = (said: Said): void =>
    tell({ story: storyOf(requestId()), from: 'server', to: 'server', topic: 'endpoint', ...said });

  /** The answers that arrive are told as such; what is left are those that never did, or were cut. */
  function sayAttempt({ attempt, code, durationMs }: Attempt): void {
    const isTold = answered.delete(requestId());
    if (code === undefined || isTold) return;
    const why = `Attempt ${attempt}: ${noAnswers[code] ?? 'what came could not be read.'}`;
    const took = Math.round(durationMs);
    say({ ...answer, text: `No answer of the API: ${code}`, why, durationMs: took, tone: 'bad' });
  }

  async function sayAnswer(response: Response, durationMs: number): Promise<void> {
    const text = await response.clone().text();
    const { code } = readObject(text);
    const isGood = response.ok && text.includes('"accessToken"');
    const reason = response.headers.get('x-mock-reason') ?? 'It is not the API itself that answers.';
    if (!isGood) answered.add(requestId());
    say({
      ...answer,
      text: isGood
        ? 'API answers 200 with a token'
        : `API answers ${response.status}${code === undefined ? '' : `, code ${code}`}`,
      why: isGood ? 'Signature, time and nonce are right.' : reason.slice(0, 300),
      tone: isGood ? 'good' : 'bad',
      durationMs: Math.round(durationMs),
    });
  }

  function onClientEvent(event: NexconnEvent): void {
    if (event.type === 'attempt') sayAttempt(event);
    if (event.type === 'call-start') {
      say({
        ...{ rank: 2, topic: 'endpoint', text: 'Token service has nothing it may hand out' },
        why: 'So it asks the API: one call for all who wait for this user.',
      });
    }
    if (event.type === 'wait') {
      const [text, why] = waits[event.reason];
      const durationMs = Math.round(event.durationMs);
      // It is told of once it is over.
      const at = dateNow() - durationMs;
      say({ at, rank: 6, topic: 'client', text: `Client ${text}`, why, durationMs, tone: 'warn' });
    }
    if (event.type === 'call-end' && event.code !== undefined) {
      const text = `Client gives up after ${event.attempts} ${event.attempts === 1 ? 'attempt' : 'attempts'}`;
      say({
        rank: 6,
        topic: 'client',
        text,
        why: `${event.code}: the token service hears of it, and answers the app.`,
        tone: 'bad',
      });
    }
    if (event.type === 'rotation') {
      say({ rank: 6, topic: 'secret', text: 'The next App Secret is in force', why: 'The API has accepted it.' });
    }
    if (event.type === 'clock') {
      const why = 'Requests are signed with the corrected time from now on.';
      say({ rank: 6, topic: 'client', text: `The clock is off by ${event.offsetMs} ms`, why, tone: 'warn' });
    }
  }

  function onServiceEvent(event: TokenServiceEvent): void {
    if (event.type === 'served') {
      const why = 'It is still good, so the API is not asked.';
      say({ rank: 6, text: `Token service hands out the stored token of ${event.userId}`, why, tone: 'good' });
    }
    if (event.type === 'issued') {
      const durationMs = Math.round(event.durationMs);
      const text = `Token service stores the token of ${event.userId} and hands it out`;
      say({ rank: 7, text, why: reasons[event.reason], durationMs, tone: 'good' });
    }
    if (event.type === 'issue-failed') {
      const text = `Token service has no token for ${event.userId}: ${event.error.code}`;
      say({ rank: 7, text, why: 'The app is told when to ask again.', tone: 'bad' });
    }
    if (event.type === 'store-failed') {
      const why = 'It is handed out all the same, and the next one is issued anew.';
      say({ rank: 7, text: `The token of ${event.userId} could not be stored`, why, tone: 'warn' });
    }
  }

  async function appSecret(): Promise<Awaited<ReturnType<RunningMock['currentAppSecret']>>> {
    const why = 'By its provider, at the first call and after each refusal: a rotated one needs no restart.';
    say({ rank: 3, topic: 'secret', text: 'Client asks where the App Secret is kept', why });
    return mock.currentAppSecret();
  }

  async function sendSigned(request: Request): Promise<Response> {
    const [nonce, timestamp, signature] = ['nonce', 'timestamp', 'signature'].map((name) => {
      return request.headers.get(name) ?? '';
    }) as [string, string, string];
    const masked = `${signature.slice(0, 4)}…${signature.slice(-4)}`;
    say({
      ...{ rank: 4, to: 'api', topic: 'client' },
      text: `Signed request ${request.method} ${new URL(request.url).pathname}`,
      why: 'Each attempt is signed anew. The App Secret itself is never sent.',
      facts: [
        ['Text to sign', `•••• (App Secret, masked) + ${nonce} + ${timestamp}`],
        ['Nonce', nonce],
        ['Timestamp', `${timestamp}, ${new Date(Number(timestamp)).toISOString()}`],
        ['Signature', `${masked} (SHA-1, masked)`],
      ],
    });
    const startedAt = performanceNow();
    const response = await send(request);
    // An answer that is cut off on its way is the client's to judge.
    await sayAnswer(response, performanceNow() - startedAt).catch(() => {});
    return response;
  }

  return { onServiceEvent, onClientEvent, clientOptions: { appSecret, fetch: sendSigned } };
}

/** Returns what tells a step as of now, to whoever takes it. */
export function tellNow(take: (step: Step) => void): TellStep {
  return (step) => take({ at: dateNow(), ...step });
}

/** Returns the story that is named in the ID of a request of the page, such as `demo.rotate-a1b2-3.ada-1`. */
function storyOf(requestId: string): string {
  return /^demo\.([\w-]+)\./.exec(requestId)?.[1] ?? '';
}

function readObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
