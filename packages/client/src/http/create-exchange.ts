import type { paths } from '@nexconn-kit/contract';
import { type Client, defaultBodySerializer } from 'openapi-fetch';
import type { Call } from '../call/call.js';
import { createCall, findOperation } from '../call/create-call.js';
import type { Pipeline, Reply } from '../pipeline/run-call.js';
import { checkParameters } from '../request/check-parameters.js';
import { refuseIssues, unserializable } from '../request/refuse-issues.js';
import type { Settings } from '../resolve-options.js';
import { abortError } from '../response/attempt-error.js';
import { type Answer, classifyAnswer } from '../response/classify-answer.js';
import { createRedact } from '../response/safe-cause.js';
import { createFetchTransport } from '../transport/fetch-transport.js';
import type { Transport } from '../transport/transport.js';
import type { CallOptions, Fetch } from '../types.js';
import { prepareMessage } from './prepare-message.js';
import { toResponse } from './to-response.js';

/** What `openapi-fetch` takes beside method and path, and `CallOptions`. */
export interface Init extends CallOptions {
  readonly params?: Readonly<Partial<Record<'path' | 'query' | 'header', Readonly<Record<string, unknown>>>>>;
  readonly body?: unknown;
  readonly baseUrl?: string;
  readonly fetch?: Fetch;
  readonly parseAs?: string;
}

/** What `openapi-fetch` gives back, and what it amounts to. */
export interface Exchanged {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
  readonly answer: Answer;
}

/** Makes one call; rejects with a `NexconnError` unless the API answered with a success or a refusal. */
export type Exchange = (method: string, path: string, init?: Init) => Promise<Exchanged>;

type LooseRequest = (method: string, path: string, init: object) => Promise<Omit<Exchanged, 'answer'>>;

/** Joins `openapi-fetch`, which writes the request and runs the middlewares, with the pipeline, which sends it. */
export function createExchange(
  client: Client<paths>,
  pipeline: Pipeline,
  settings: Settings,
  send: Transport,
  secrets: () => readonly string[],
): Exchange {
  const request = client.request as unknown as LooseRequest;

  return async function exchange(method, path, init = {}) {
    const { fetch: ownFetch, ...options } = init;
    const upper = method.toUpperCase();
    const transport = ownFetch ? createFetchTransport(ownFetch) : send;
    const call = createCall(findOperation(upper, path), { ...options, method: upper, path, send: transport }, settings);
    const forwarded = forwardedInit(init, call);
    // A middleware would otherwise run for nothing.
    if (call.signal?.aborted) throw abortError(call, call.signal.reason);
    let reply: Reply | undefined;
    let sent: Response | undefined;
    const fetch: Fetch = async (prepared) => {
      reply = await pipeline(await prepareMessage(prepared, call, settings), call);
      sent = toResponse(reply.response);
      // Its status is none that a `Response` can have, so that its failure is thrown instead.
      if (!sent) throw reply.answer.failure;
      return sent;
    };
    const result = await request(call.method, path, { ...forwarded, fetch });
    const isOwn = sent !== undefined && result.response === sent;
    const answer = isOwn && reply ? reply.answer : answerOf(result, reply, init, call, secrets);
    if (answer.failure && !answer.isRefusal) throw answer.failure;
    return { ...result, answer };
  };
}

/** Keeps back what the pipeline does itself; `openapi-fetch` would hang it on the `Request`. */
function forwardedInit(init: Init, call: Call): object {
  const {
    signal: _signal,
    timeoutMs: _timeoutMs,
    deadlineMs: _deadlineMs,
    lane: _lane,
    onAccepted: _onAccepted,
    fetch: _fetch,
    requestId,
    baseUrl: _baseUrl,
    params = {},
    ...rest
  } = init;
  refuseIssues(checkParameters(call.operation, params), call);
  const header = requestId === undefined ? params.header : { ...params.header, 'X-Request-ID': requestId };
  return {
    bodySerializer: (body: unknown, headers: unknown) => serialize(body, headers, call),
    ...rest,
    ...(call.baseUrl !== undefined && { baseUrl: call.baseUrl }),
    params: { ...params, ...(header && { header }) },
  };
}

function serialize(body: unknown, headers: unknown, call: Call): unknown {
  try {
    // Its published type leaves out the headers, by which it tells form data.
    return (defaultBodySerializer as (body: unknown, headers: unknown) => unknown)(body, headers);
  } catch {
    return refuseIssues([unserializable], call);
  }
}

/** A middleware has answered in the pipeline's place, or replaced its response. */
function answerOf(
  { data, error, response }: Omit<Exchanged, 'answer'>,
  reply: Reply | undefined,
  { parseAs = 'json' }: Init,
  call: Call,
  secrets: () => readonly string[],
): Answer {
  const body = data ?? error;
  if (parseAs !== 'json') return reply?.answer ?? { body, isRefusal: !response.ok };
  const contentType = response.headers.get('content-type') ?? undefined;
  return classifyAnswer({ status: response.status, contentType, body }, call, createRedact(secrets()));
}
