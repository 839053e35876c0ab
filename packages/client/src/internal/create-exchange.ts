import { operationTable, type paths } from '@nexconn-kit/contract';
import { type Client, defaultBodySerializer } from 'openapi-fetch';
import type { CallOptions, Fetch } from '../types.js';
import { abortError } from './attempt-error.js';
import type { Call } from './call.js';
import { checkParameters, checkRequestId } from './check-parameters.js';
import { type Answer, classifyAnswer } from './classify-answer.js';
import type { Pipeline } from './create-pipeline.js';
import type { Reply } from './make-reply.js';
import { refuseIssues } from './refuse-issues.js';
import { checkTimeout, resolveBaseUrl, type Settings } from './resolve-settings.js';
import { createRedact, type Redact } from './safe-cause.js';

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
export function createExchange(client: Client<paths>, pipeline: Pipeline, settings: Settings): Exchange {
  const send = client.request as unknown as LooseRequest;
  const redact = createRedact([settings.credentials.appSecret]);

  return async function exchange(method, path, init = {}) {
    const call = createCall(method.toUpperCase(), path, init, settings);
    const forwarded = forwardedInit(init, call, settings);
    if (call.signal?.aborted) throw abortError(call, call.signal.reason);
    let reply: Reply | undefined;
    const fetch: Fetch = async (request) => {
      reply = await pipeline(request, call);
      return reply.response;
    };
    const result = await send(call.method, path, { ...forwarded, fetch });
    const answer = answerOf(result, reply, init, call, redact);
    if (answer.failure && !answer.isRefusal) throw answer.failure;
    return { ...result, answer };
  };
}

function createCall(method: string, path: string, init: Init, settings: Settings): Call {
  const operation = Object.values(operationTable).find((each) => each.method === method && each.path === path);
  return {
    operation,
    method,
    title: operation?.operationId ?? `${method} ${path}`,
    fetch: init.fetch ?? settings.fetch,
    timeoutMs: init.timeoutMs === undefined ? settings.timeoutMs : checkTimeout(init.timeoutMs),
    signal: init.signal,
    requestId: init.requestId,
  };
}

/** Keeps back what the pipeline does itself; `openapi-fetch` would hang it on the `Request`. */
function forwardedInit(init: Init, call: Call, settings: Settings): object {
  const { signal: _signal, timeoutMs: _timeoutMs, requestId, fetch: _fetch, baseUrl, params = {}, ...rest } = init;
  if (requestId !== undefined) refuseIssues(checkRequestId(requestId), call);
  refuseIssues(checkParameters(call.operation, params), call);
  const header = requestId === undefined ? params.header : { ...params.header, 'X-Request-ID': requestId };
  return {
    bodySerializer: (body: unknown, headers: unknown) => serialize(body, headers, call),
    ...rest,
    ...(baseUrl !== undefined && { baseUrl: resolveBaseUrl(baseUrl, settings.dangerouslyAllowHttp) }),
    params: { ...params, ...(header && { header }) },
  };
}

function serialize(body: unknown, headers: unknown, call: Call): unknown {
  try {
    // Its published type leaves out the headers, by which it tells form data.
    return (defaultBodySerializer as (body: unknown, headers: unknown) => unknown)(body, headers);
  } catch {
    const message = 'The request body cannot be written as JSON: it refers to itself or holds a BigInt.';
    return refuseIssues([{ field: '', keyword: 'type', message }], call);
  }
}

/** A middleware may have answered in the pipeline's place, or replaced its response. */
function answerOf(
  { data, error, response }: Omit<Exchanged, 'answer'>,
  reply: Reply | undefined,
  { parseAs = 'json' }: Init,
  call: Call,
  redact: Redact,
): Answer {
  if (reply?.response === response) return reply.answer;
  const body = data ?? error;
  if (parseAs !== 'json') return reply?.answer ?? { body, isRefusal: !response.ok };
  return classifyAnswer({ status: response.status, headers: response.headers, body }, call, redact);
}
