import type { Fetch } from '@nexconn-kit/client';
import * as client from '@nexconn-kit/client/api';
import { type ApiDescription, createApiClient } from '@nexconn-kit/client/api';
import {
  describeClient,
  type ResolvedDocument,
  type ResolvedOperation,
  type Sources,
} from '@nexconn-kit/document/compiler';
import type { ChosenCredentials } from '../api/credentials.js';
import { maskRequest, type PreparedRequest, type SeenAnswer, watchExchange } from '../api/exchange.js';
import { quoteForShell } from '../process/shell.js';
import { maskText } from '../wire/mask-text.js';
import { type DrawnRequest, toFlat } from './draw-request.js';

/** What came of a request; `answer` is undefined where the server gave none. */
export interface Sent {
  readonly request: PreparedRequest;
  readonly answer: SeenAnswer | undefined;
}

/** What sends the requests of one operation. */
export interface Sender extends AsyncDisposable {
  /** Returns undefined for a request that cannot be written, such as one with a header of other letters. */
  readonly send: (drawn: DrawnRequest) => Promise<Sent | undefined>;
  /** Returns a request as a command of curl, without secrets. */
  readonly toCurl: (request: PreparedRequest) => string;
  /** Returns a text of the server without secrets. */
  readonly mask: (text: string) => string;
}

/** How requests are sent. */
export interface SendOptions {
  readonly url: string;
  readonly credentials: ChosenCredentials;
  readonly timeoutMs: number;
  readonly fetch: Fetch;
  /** Resolves once the next request may be sent. */
  readonly pace: () => Promise<void>;
}

/** Creates what writes the requests of an operation as the client does, but checks nothing, and sends each once. */
export function createSender(
  operation: ResolvedOperation,
  resolved: ResolvedDocument,
  sources: Sources,
  { url, credentials: { credentials, secrets }, timeoutMs, fetch, pace }: SendOptions,
): Sender {
  // The client itself refuses to leave out what is required.
  const parameters = operation.parameters.map((parameter) => ({ ...parameter, required: false }));
  const lenient = { ...operation, parameters, rateLimit: null };
  const description = describeClient({ ...resolved, envelope: null }, [lenient], sources, client);
  const watched = watchExchange(fetch);
  let request: PreparedRequest | undefined;
  const api = createApiClient(description as unknown as ApiDescription, {
    ...{
      baseUrl: url,
      credentials,
      timeoutMs,
      deadlineMs: timeoutMs + 1000,
      validateRequests: false,
      validateResults: false,
    },
    ...{ retry: { maxAttempts: 1 }, rateLimit: false, checkEchoes: false },
    async fetch(prepared) {
      request = await describeRequest(prepared.clone());
      return watched.fetch(prepared);
    },
  });
  const method = Reflect.get(api.operations, operation.operationId) as unknown as (flat: object) => Promise<unknown>;
  return {
    async send(drawn) {
      request = undefined;
      await pace();
      // What it fails with is judged by the answer.
      await method(toFlat(operation, drawn)).catch(() => {});
      return request && { request, answer: watched.answer() };
    },
    toCurl: (prepared) => toCurl(maskRequest(prepared, secrets)),
    mask: (text) => maskText(text, secrets).replaceAll(secretMember, '$1"[masked]"'),
    [Symbol.asyncDispose]: () => api.close(),
  };
}

async function describeRequest(request: Request): Promise<PreparedRequest> {
  const { method, url, headers } = request;
  return { method, url, headers: [...headers], body: await request.text() };
}

/** A member of JSON that holds a secret, such as the token that a server has made. */
const secretMember = /("[^"]*(?:token|secret|password|key)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/** What the client sends by itself, and nobody needs to see the fault again. */
const ownHeader = /^(accept|user-agent|x-request-id)$/;

function toCurl({ method, url, headers, body }: PreparedRequest): string {
  const words = [
    `curl -X ${method} ${quoteForShell(url)}`,
    ...headers
      .filter(([name]) => !ownHeader.test(name))
      .map(([name, value]) => `-H ${quoteForShell(`${name}: ${value}`)}`),
    ...(body === '' ? [] : [`--data-binary ${quoteForShell(body)}`]),
  ];
  return words.join(' ');
}
