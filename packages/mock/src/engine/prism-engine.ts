import type { IHttpConfig, IHttpRequest, IHttpResponse } from '@stoplight/prism-http';
import type { HttpMethod, IHttpOperation } from '@stoplight/types';
import type { Api } from '../document/api.js';
import { ApiError, issuesError } from '../http/api-error.js';
import { canonicalPath, canonicalTemplate } from '../http/read-request.js';
import type { AnswerDraft, MockRequest, Preference, Route } from '../http/types.js';

/** A request whose signature and body are good, and which of the documented answers its caller prefers. */
export type EngineRequest = readonly [route: Route, request: MockRequest, body: unknown, preference: Preference];

/** An engine that chooses the answer to a request. */
export interface Engine {
  /** Loads what the first request would otherwise wait for. */
  readonly prepare: () => Promise<void>;
  readonly answer: (...request: EngineRequest) => AnswerDraft | Promise<AnswerDraft>;
}

type AskPrism = (...request: EngineRequest) => Promise<AnswerDraft>;

/**
 * Creates the engine that asks Prism, which validates the whole request once more, now with its parameters, and chooses
 * the answer. Prism is loaded once, by the first call.
 */
export function createPrismEngine({ document }: Pick<Api, 'document'>): Engine {
  let loading: Promise<AskPrism> | undefined;
  function load(): Promise<AskPrism> {
    loading ??= loadPrism(structuredClone(document));
    return loading;
  }
  return {
    prepare: async () => {
      await load();
    },
    answer: async (...request) => (await load())(...request),
  };
}

/** Prism is imported only here, since that takes half a second; it writes into the document that it is given. */
async function loadPrism(document: object): Promise<AskPrism> {
  const { createInstance, createLogger, getHttpOperationsFromSpec } = await import('./prism.js');
  const operations = new Map<string, IHttpOperation>();
  for (const operation of await getHttpOperationsFromSpec(document)) {
    // Prism would call a callback's URL over the network.
    operations.set(keyOf(operation), { ...operation, path: canonicalTemplate(operation.path), callbacks: [] });
  }
  const prism = createInstance(prismConfig({}), { logger: createLogger('mock', { enabled: false }) });

  return async function askPrism({ operation }, request, body, preference) {
    const resource = operations.get(keyOf(operation));
    if (!resource) throw new Error(`Prism has no operation ${keyOf(operation)}.`);
    const empty = findEmpty(resource, request);
    if (empty.length > 0) throw refuseInput(empty);
    // Prism's router walks all operations that it is given, so it is given one.
    const outcome = await prism.request(toPrismRequest(request, body), [resource], prismConfig(preference))();
    if (outcome._tag === 'Left') throw toRefusal(outcome.left);
    const { output, validations } = outcome.right;
    if (validations.input.length > 0) {
      throw refuseInput(validations.input);
    }
    return toDraft(output);
  };
}

/** Prism takes an empty header or query parameter for one that is absent, whatever its least length is. */
function findEmpty({ request: expected }: IHttpOperation, { headers, query }: MockRequest): Finding[] {
  const mayNotBeEmpty = ({ schema }: { readonly schema?: { readonly minLength?: number | undefined } | undefined }) =>
    (schema?.minLength ?? 0) > 0;
  const inHeaders = (expected?.headers ?? []).filter(({ name }) => headers[name.toLowerCase()] === '');
  const inQuery = (expected?.query ?? []).filter(({ name }) => query.getAll(name).includes(''));
  return [...inHeaders, ...inQuery].filter(mayNotBeEmpty).map(({ name }) => {
    return { code: 'minLength', message: `The parameter ${name} is empty; leave it out or give it a value` };
  });
}

/** What Prism says of an input that is wrong. */
interface Finding {
  readonly code?: string | number;
  readonly message: string;
}

function refuseInput(findings: readonly Finding[]): ApiError {
  return issuesError(findings.map(({ code, message }) => ({ keyword: `${code}`, message: `${message}.` })));
}

/** Prism's own refusal, where the document has no answer for a wrong input, or none that the caller accepts. */
interface PrismProblem extends Error {
  readonly status?: number;
  readonly detail?: string;
  readonly additional?: { readonly validation?: readonly Finding[] };
}

/** Returns the API's error for it; anything else is a failure of the mock or of its document. */
function toRefusal(problem: PrismProblem): Error {
  const { status = 500, detail, additional } = problem;
  if (status < 400 || status >= 500) return problem;
  const findings = additional?.validation ?? [];
  if (findings.length > 0) return refuseInput(findings);
  return new ApiError('ParameterInvalid', detail ?? problem.message, status === 422 ? {} : { status });
}

function keyOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method.toUpperCase()} ${path}`;
}

/** A new one for each request, since Prism writes into it. The signature, which Prism cannot check, is checked by then. */
function prismConfig(preference: Preference): IHttpConfig {
  return {
    isProxy: false,
    checkSecurity: false,
    validateRequest: true,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic: false, ...preference },
  };
}

function toPrismRequest({ method, path, query, headers }: MockRequest, body: unknown): IHttpRequest {
  // The service answers in JSON whatever the caller accepts.
  const { accept: _, ...others } = headers;
  return {
    method: method.toLowerCase() as HttpMethod,
    url: {
      path: canonicalPath(path),
      query: Object.fromEntries([...query.keys()].map((name) => [name, oneOrMany(query.getAll(name))])),
    },
    headers: others as Record<string, string>,
    body,
  };
}

function oneOrMany(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}

function toDraft({ statusCode, headers = {}, body }: IHttpResponse): AnswerDraft {
  return { status: statusCode, headers: {}, mediaType: headers['Content-type'] ?? 'application/json', body };
}
