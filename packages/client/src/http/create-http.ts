import type { paths } from '@nexconn-kit/contract';
import createClient, { type Client, defaultBodySerializer, type Middleware } from 'openapi-fetch';
import {
  type Call,
  checkInitNames,
  createCall,
  findOperation,
  type Init,
  noteSent,
  type SplitInit,
  splitInit,
} from '../call/call.js';
import { startDeadline } from '../call/deadline.js';
import type { CallOptions } from '../call-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import { headerPairs } from '../options/headers.js';
import type { Pipeline } from '../pipeline/run-call.js';
import { headerSecrets } from '../redaction/header-secrets.js';
import { createRedact, legible, type Redact } from '../redaction/safe-cause.js';
import { checkHeaders, checkParameters, checkRequestId, refuseIssues } from '../request/check-parameters.js';
import { splitRequest } from '../request/write-request.js';
import type { Settings } from '../resolve-options.js';
import { type Answer, classifyAnswer } from '../response/classify-answer.js';
import type { Operation } from '../table-types.js';
import { createFetchTransport } from '../transport/fetch-transport.js';
import { fromResponse, type Send } from '../transport/transport.js';
import type { Fetch } from '../types.js';
import { unwritableIssues } from '../writers/unwritable.js';
import { checkedSerializers, checkInit, checkMiddleware, findRefused } from './check-init.js';
import { fromRequest, toResponse } from './convert.js';

/** The `openapi-fetch` client in front of the pipeline. */
export interface Http {
  readonly client: Client<paths>;
  /** Runs the call of a named method through the middlewares; rejects unless it ends in a success or a refusal of the API. */
  readonly call: (operation: Operation, request: unknown, options: CallOptions) => Promise<Answer>;
  readonly middlewares: ReadonlySet<Middleware>;
}

/** Creates the `http` of a client. */
export type CreateHttp = (parts: HttpParts) => Http;

/** What the `http` of a client needs. */
export interface HttpParts {
  readonly settings: Settings;
  readonly run: Pipeline['run'];
  readonly send: Send;
  readonly redact: Redact;
  readonly monotonicNow: () => number;
}

/** What `openapi-fetch` returns. */
interface Fetched {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** The client of `openapi-fetch`, as it is used here. */
interface OpenApiFetch extends Pick<Client<paths>, 'use' | 'eject'> {
  readonly request: (method: string, path: string, init: object) => Promise<Fetched>;
}

/** Those that `openapi-fetch` has a function for. */
const methods = 'GET PUT POST DELETE OPTIONS HEAD PATCH TRACE'.split(' ');

/** Creates the `openapi-fetch` client, which writes requests and runs middlewares, over the pipeline, which sends them. */
export function createHttp({ settings, run, send, redact, monotonicNow }: HttpParts): Http {
  let made: OpenApiFetch | undefined;
  // At the first use: it asks for the `Request` of the platform, for which Node loads its whole `fetch`.
  const openapi = (): OpenApiFetch => {
    made ??= createClient<paths>({ baseUrl: settings.baseUrls[0] ?? '' }) as unknown as OpenApiFetch;
    return made;
  };
  const middlewares = new Set<Middleware>();

  async function exchange(method: string, path: string, given: Init = {}): Promise<Fetched & { answer: Answer }> {
    // Whatever its names are: they are checked below.
    optionChecks.checkNames(given, { ...given }, 'init.');
    // Read once: what was checked is what is sent.
    const init = splitInit(given);
    const call = callOf(method, path, init, send, settings);
    const forwarded = forwardedInit(init, call, settings);
    // Before any middleware runs: theirs is a part of the time of the call.
    const deadline = startDeadline(call, monotonicNow);
    let answer: Answer | undefined;
    let sent: Response | undefined;
    let secrets: readonly string[] = [];
    const fetching = deadline.run<Fetched>((resolve, reject, limit) => {
      const fetch: Fetch = async (prepared) => {
        const written = await fromRequest(prepared, call, settings);
        secrets = headerSecrets(written.headers);
        // It keeps to the deadline itself, and `onError` may have an answer in the place of its error.
        limit(Number.POSITIVE_INFINITY);
        answer = await run(written, call, deadline).finally(() => limit(deadline.leftMs()));
        sent = toResponse(answer.response);
        // Its status is none that a `Response` can have, so that its failure is thrown instead.
        if (!sent) throw answer.failure;
        return sent;
      };
      const fetched = openapi()
        .request(call.method, path, { ...forwarded, fetch })
        .catch((error: unknown) => {
          const wrong = legible(error) instanceof TypeError && findRefused(forwarded, call.method, init.rest.Request);
          if (wrong) refuseOption(wrong, 'is nothing that a Request takes. Correct it.');
          throw error;
        });
      fetched.then(resolve, reject);
      return () => undefined;
    });
    const fetched = await fetching.finally(() => deadline.release());
    // A middleware may have answered in the pipeline's place, or replaced its response.
    if (!answer || fetched.response !== sent) {
      answer = reclassify(fetched, answer, init.rest, call, (text) => createRedact(secrets)(redact(text)));
    }
    if (answer.failure && !answer.isRefusal) throw answer.failure;
    return { ...fetched, answer };
  }

  async function call(operation: Operation, given: unknown, options: CallOptions): Promise<Answer> {
    const init = { ...splitInit(options).options, ...splitRequest(operation, given) };
    return (await exchange(operation.method, operation.path, init)).answer;
  }

  async function requestOf(method: string, path: string, init?: Init): Promise<Fetched> {
    const { answer, data, error, response } = await exchange(method, path, init);
    return answer.isRefusal ? { error: data ?? error, response } : { data, response };
  }

  const ofApi = settings.api.operations.map(({ method }) => method);
  const calls = [...methods, ...ofApi].map((method) => [method, requestOf.bind(null, method)]);
  const client = {
    ...Object.fromEntries(calls),
    request: requestOf,
    use(...given: Middleware[]) {
      // Left out, as `openapi-fetch` does it.
      const added = given.filter(Boolean);
      added.forEach(checkMiddleware);
      openapi().use(...added);
      for (const middleware of added) middlewares.add(middleware);
    },
    eject(...removed: Middleware[]) {
      openapi().eject(...removed);
      for (const middleware of removed) middlewares.delete(middleware);
    },
  };
  return { client, call, middlewares };
}

function callOf(given: string, path: string, { options, rest }: SplitInit, send: Send, settings: Settings): Call {
  const method = optionChecks.checkText('method', given).toUpperCase();
  // Appended to the base URL, it could make another host of it.
  if (typeof path !== 'string' || !path.startsWith('/')) {
    refuseOption('path', 'does not begin with a slash. Pass one such as /v4/auth/access-token/issue.');
  }
  checkInitNames(rest);
  checkInit(rest);
  const ownSend = rest.fetch ? createFetchTransport(rest.fetch).send : send;
  const operation = findOperation(settings.api, method, path);
  return createCall({ operation, method: operation?.method ?? method, path, send: ownSend }, options, settings);
}

/** Returns the init without what the pipeline does itself; `openapi-fetch` would put it into the `Request`. */
function forwardedInit({ options: { requestId }, rest }: SplitInit, call: Call, settings: Settings): object {
  const { fetch: _, params: given = {}, ...others } = rest;
  const params: NonNullable<Init['params']> = copiesIn(given);
  refuseIssues(checkParameters(call.operation, params, settings), call);
  // `new Request` throws at what no header can hold.
  const headers = others.headers === undefined ? [] : headerPairs(others.headers);
  refuseIssues(checkHeaders([...headers, ...Object.entries(params.header ?? {})]), call);
  noteSent(call, { ...params.path, ...params.query }, settings);
  // The pipeline checks it, too, but `new Request` throws at some characters before.
  if (requestId !== undefined) refuseIssues(checkRequestId(requestId), call);
  const { bodySerializer = (body: unknown, headers: unknown) => serialize(body, headers, call) } = others;
  return {
    ...others,
    ...checkedSerializers({ ...others, bodySerializer }),
    ...(others.headers && { headers: asRecord(others.headers, headers) }),
    params: requestId ? { ...params, header: { ...params.header, 'X-Request-ID': requestId } } : params,
  };
}

/** Returns an object of copies of its objects, whose getters were called once. */
function copiesIn(params: object): object {
  return Object.fromEntries(Object.entries(params).map(([place, each]) => [place, { __proto__: null, ...each }]));
}

/** Returns the headers of a call such that `openapi-fetch` takes them: of those that list pairs, `Headers` alone. */
function asRecord(given: object, pairs: readonly (readonly [string, unknown])[]): object {
  return Symbol.iterator in given ? new Headers(pairs as [string, string][]) : Object.fromEntries(pairs);
}

function serialize(body: unknown, headers: unknown, call: Call): unknown {
  try {
    // Its published type lacks the headers, by which it recognizes form data.
    return (defaultBodySerializer as (body: unknown, headers: unknown) => unknown)(body, headers);
  } catch {
    return refuseIssues(unwritableIssues(body), call);
  }
}

function reclassify(
  { data, error, response }: Fetched,
  answer: Answer | undefined,
  { parseAs = 'json' }: Pick<Init, 'parseAs'>,
  call: Call,
  redact: Redact,
): Answer {
  const body = data ?? error;
  if (parseAs === 'json') return classifyAnswer(body, fromResponse(response), call, redact);
  return answer ?? { response: fromResponse(response), body, failure: undefined, isRefusal: !response.ok };
}
