import { proxyOf } from '@nexconn-kit/client/proxy';
import { operationTable } from '@nexconn-kit/contract';
import { signRequest } from '@nexconn-kit/signing';
import { dateNow } from '../../system-time.js';
import { exchange, type WireAnswer } from '../../wire/exchange.js';
import { openConnection } from '../../wire/open-connection.js';
import { quoteAnswer, quoteHeaders, readAnswer } from '../../wire/read-answer.js';
import type { HostOptions } from './check-host.js';

/** Who signs, and what is sent. */
export interface ApiQuestion {
  readonly appKey: string;
  readonly appSecret: string;
  /** How far the time that is signed lies from that of this machine. Default: 0. */
  readonly offsetMs?: number;
  /** Default: `issueAccessToken`. */
  readonly operation?: 'issueAccessToken' | 'expireAccessToken';
  /** Default: an empty object, which the API refuses after the signature, so that no user is made. */
  readonly body?: object;
}

/** What a host said to a signed request. */
export type ApiOutcome =
  | ({
      readonly kind: 'api';
      readonly code: number;
      readonly message: string;
      readonly result: unknown;
    } & WireFacts)
  | ({ readonly kind: 'foreign'; readonly what: string } & WireFacts)
  | { readonly kind: 'none'; readonly failure: string };

interface WireFacts extends Pick<WireAnswer, 'status' | 'headers'> {
  /** How far this machine's clock is ahead of the server's; undefined where the answer has no `Date`. */
  readonly aheadMs: number | undefined;
}

/** Asks the API, over a connection of its own; never rejects. */
export type AskApi = (question: ApiQuestion) => Promise<ApiOutcome>;

/** Creates the function that asks a host by signed requests, each over a connection of its own. */
export function createAskApi(url: URL, options: HostOptions): AskApi {
  const { env, secrets } = options;
  return async function askApi({ appKey, appSecret, offsetMs = 0, operation = 'issueAccessToken', body = {} }) {
    const { method, path } = operationTable[operation];
    const choice = proxyOf(url, env);
    const { timeoutMs } = options;
    if (choice.problem !== undefined) return { kind: 'none', failure: 'PROXY' };
    const { socket, stages } = await openConnection(url, { proxy: choice.proxy, timeoutMs });
    if (socket === undefined) return { kind: 'none', failure: stages.at(-1)?.failure ?? 'UNKNOWN' };
    // After the connection was opened: that may take longer than the API's clock allows.
    const signed = signRequest({ appKey, appSecret }, { now: () => dateNow() + Math.round(offsetMs) });
    const headers = { ...signed, 'content-type': 'application/json', accept: 'application/json' };
    const answer = await exchange(
      url,
      { method, path, headers, body: JSON.stringify(body) },
      { over: socket, timeoutMs },
    );
    socket.destroy();
    if ('failure' in answer) return { kind: 'none', failure: answer.failure };
    const facts = { status: answer.status, headers: quoteHeaders(answer.headers, secrets), aheadMs: aheadOf(answer) };
    const read = readAnswer(answer);
    return read.kind === 'api'
      ? { ...read, ...facts, message: quoteAnswer(read.message, secrets) }
      : { ...read, ...facts };
  };
}

/** The `Date` of an answer has whole seconds, which have begun half a second ago on average. */
function aheadOf({ headers, atMs }: WireAnswer): number | undefined {
  const serverMs = Date.parse(headers.date ?? '');
  return Number.isNaN(serverMs) ? undefined : Math.round(atMs - (serverMs + 500));
}
