import { Agent } from 'node:http';
import { proxyOf } from '@nexconn-kit/client/proxy';
import { errorCatalogue, operationTable } from '@nexconn-kit/contract';
import { signRequest } from '@nexconn-kit/signing';
import { exchange, type WireAnswer, type WireFailure } from '../../wire/exchange.js';
import { openConnection } from '../../wire/open-connection.js';
import { quoteAnswer, quoteHeaders, readAnswer } from '../../wire/read-answer.js';

/** A request of a question; by default a well signed one to issue a token, without a user, which the API refuses. */
export interface ProbeRequest {
  /** What it is to show, in a few words. */
  readonly what: string;
  /** Default: an empty object; `null` for no body at all. */
  readonly body?: object | null;
  readonly path?: string;
  /** How far the Timestamp lies from the server's time, in milliseconds. Default: 0. */
  readonly offsetMs?: number;
  readonly timestamp?: number;
  readonly nonce?: string;
  readonly changeSignature?: (signature: string) => string;
  /** Sent at once, at no pace, and not written down by itself. Default: false. */
  readonly isOfBurst?: boolean;
}

/** What an answer says, as far as a question may look at it. */
export interface Reply {
  /** 0 where none came. */
  readonly status: number;
  /** Undefined where the answer is none of the API. */
  readonly code: number | undefined;
  /** The names of the texts in the answer beside its code. */
  readonly textFields: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly failure: string | undefined;
}

/** A request and its answer, as the profile keeps it: without secret, token and signature. */
export interface Evidence {
  readonly what: string;
  readonly at?: string;
  readonly status?: number;
  readonly code?: number | undefined;
  readonly message?: string;
  readonly retryAfter?: string;
  readonly durationMs?: number;
  readonly failure?: string;
}

/** Asks the API, at a polite pace, and writes down what it said. */
export interface Asker {
  readonly ask: (request: ProbeRequest) => Promise<Reply>;
  /** Writes something down that is no single request. */
  readonly note: (evidence: Evidence) => void;
  /** Returns what was written down since it was called last. */
  readonly takeEvidence: () => readonly Evidence[];
  /** User IDs begin with it. */
  readonly prefix: string;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly close: () => void;
}

/** What an asker is made of. */
export interface AskerOptions {
  readonly url: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly appKey: string;
  readonly appSecret: string;
  readonly prefix: string;
  readonly timeoutMs: number;
  /** Between two requests, in milliseconds. */
  readonly paceMs: number;
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;
}

const { SignatureInvalid, AppSecretMismatch, RateLimitExceeded } = errorCatalogue;

/** Whether the API has taken the signature of a request; undefined where that is not clear. */
export function isSigned({ code }: Reply): boolean | undefined {
  return code === undefined ? undefined : code !== SignatureInvalid.code && code !== AppSecretMismatch.code;
}

/** How long is waited where the limit is met, one after the other, in milliseconds. */
const limitWaitsMs = [1100, 5000, 30_000];

/** Connections at once, which only the question about the rate limit needs: fewer would not meet 200 a second from far away. */
export const maxConnections = 48;

/** Creates the asker of a server. */
export function createAsker(options: AskerOptions): Asker {
  const { url, env, appKey, appSecret, prefix, timeoutMs, paceMs, wait, now } = options;
  const { method, path: issuePath } = operationTable.issueAccessToken;
  const agent = createAgent(url, env, timeoutMs);
  let evidence: Evidence[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const clock = createClockEstimate();

  async function keepPace(): Promise<void> {
    const dueMs = lastMs + paceMs - now();
    if (dueMs > 0) await wait(dueMs);
    lastMs = now();
  }

  function send(request: ProbeRequest): Promise<WireAnswer | WireFailure> {
    const { path = issuePath, body = {}, offsetMs = 0, timestamp, nonce, changeSignature = (same) => same } = request;
    const { Signature, ...others } = signRequest(
      { appKey, appSecret },
      {
        now: () => timestamp ?? Math.round(now() + clock.aheadMs() + offsetMs),
        ...(nonce !== undefined && { nonce: () => nonce }),
      },
    ) as Record<string, string>;
    const headers = { ...others, Signature: changeSignature(Signature ?? ''), 'content-type': 'application/json' };
    const text = body === null ? {} : { body: JSON.stringify(body) };
    return exchange(url, { method, path, headers, ...text }, { over: agent, timeoutMs });
  }

  /** Whoever else calls with this App Key may have met the limit, which is no answer to a question. */
  async function sendPatiently(request: ProbeRequest): Promise<WireAnswer | WireFailure> {
    for (const waitMs of limitWaitsMs) {
      const answer = await send(request);
      if ('failure' in answer || toReply(answer, []).reply.code !== RateLimitExceeded.code) return answer;
      await wait(waitMs);
    }
    return send(request);
  }

  return {
    async ask(request) {
      if (!request.isOfBurst) await keepPace();
      const sentAt = new Date(now()).toISOString();
      const answer = request.isOfBurst ? await send(request) : await sendPatiently(request);
      const { reply, message } = toReply(answer, [appSecret]);
      if (!('failure' in answer) && !request.isOfBurst) clock.learn(answer, now());
      if (!request.isOfBurst) evidence.push(toEvidence(request.what, sentAt, { reply, message, answer }));
      return reply;
    },
    note: (entry) => void evidence.push(entry),
    takeEvidence() {
      const taken = evidence;
      evidence = [];
      return taken;
    },
    prefix,
    wait,
    now,
    close: () => agent.destroy(),
  };
}

/** The year 2000. */
const earliestMs = 946_684_800_000;

/** How far the server's clock is ahead, as near to 0 as the answers so far leave it. */
function createClockEstimate() {
  const anything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  let [low, high]: readonly [number, number] = anything;
  return {
    aheadMs: () => Math.min(Math.max(0, low), high),
    /** The `Date` of an answer has whole seconds: it was made within the second that follows. */
    learn({ headers, durationMs }: WireAnswer, receivedMs: number): void {
      const dateMs = Date.parse(headers.date ?? '');
      // A server without a clock of its own says 1970.
      if (!(dateMs > earliestMs)) return;
      const [least, most] = [dateMs - receivedMs, dateMs + 1000 - (receivedMs - durationMs)];
      // A clock was set meanwhile where the answers contradict one another.
      [low, high] = least > high || most < low ? anything : [low, high];
      [low, high] = [Math.max(low, least), Math.min(high, most)];
    },
  };
}

/** Its connections are opened as the doctor opens them, over a proxy where there is one. */
function createAgent(url: URL, env: AskerOptions['env'], timeoutMs: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections });
  const create = (_: unknown, done: (error: Error | null, socket?: unknown) => void): undefined => {
    const choice = proxyOf(url, env);
    if (choice.problem !== undefined) {
      done(Object.assign(new Error('no connection'), { code: 'PROXY' }));
      return;
    }
    openConnection(url, { proxy: choice.proxy, timeoutMs }).then(({ socket, stages }) => {
      if (socket) done(null, socket);
      else done(Object.assign(new Error('no connection'), { code: stages.at(-1)?.failure ?? 'UNKNOWN' }));
    }, done);
  };
  return Object.assign(agent, { createConnection: create });
}

interface Read {
  readonly reply: Reply;
  readonly message: string;
}

function toReply(answer: WireAnswer | WireFailure, secrets: readonly string[]): Read {
  if ('failure' in answer) {
    const { failure } = answer;
    return { reply: { status: 0, code: undefined, textFields: [], headers: {}, failure }, message: '' };
  }
  const { status, body } = answer;
  const read = readAnswer(answer);
  const headers = quoteHeaders(answer.headers, secrets);
  const facts = { status, headers, failure: undefined };
  // The whole text of what is not the API's may have what it was sent.
  if (read.kind === 'foreign') return { reply: { ...facts, code: undefined, textFields: [] }, message: read.what };
  const texts = Object.entries(JSON.parse(body) as object).filter(([, value]) => typeof value === 'string');
  const message = quoteAnswer(texts.map(([, value]) => `${value}`).join(' '), secrets);
  return { reply: { ...facts, code: read.code, textFields: texts.map(([name]) => name) }, message };
}

function toEvidence(
  what: string,
  at: string,
  { reply, message, answer }: Read & { readonly answer: WireAnswer | WireFailure },
): Evidence {
  if ('failure' in answer) return { what, at, failure: answer.failure };
  const retryAfter = reply.headers['retry-after'];
  const facts = { what, at, status: reply.status, code: reply.code, message, durationMs: answer.durationMs };
  return retryAfter === undefined ? facts : { ...facts, retryAfter: retryAfter.slice(0, 60) };
}
