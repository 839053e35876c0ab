import type { IHttpConfig, IHttpRequest, IHttpResponse } from '@stoplight/prism-http';
import type { HttpMethod, IHttpOperation } from '@stoplight/types';
import type { Api } from '../document/api.js';
import { issuesError } from '../http/api-error.js';
import type { AnswerDraft, MockRequest, Preference, Route } from '../http/types.js';

/** A request whose signature and body are good, and which of the documented answers its caller wants to see. */
export type EngineRequest = readonly [route: Route, request: MockRequest, body: unknown, preference: Preference];

/** What picks the answer to a request. */
export interface Engine {
  /** Does the slow part of the first request, where there is one. */
  readonly prepare: () => Promise<void>;
  readonly answer: (...request: EngineRequest) => AnswerDraft | Promise<AnswerDraft>;
}

type AskPrism = (...request: EngineRequest) => Promise<AnswerDraft>;

/**
 * Makes the engine that asks Prism: it validates the whole request once more, now with its parameters, and picks the
 * answer. Prism is loaded once, by whoever calls first.
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

/** Imports Prism only here, since that takes half a second. Prism writes into the document that it is given. */
async function loadPrism(document: object): Promise<AskPrism> {
  const [{ createInstance, getHttpOperationsFromSpec }, { createLogger }] = await Promise.all([
    import('@stoplight/prism-http'),
    import('@stoplight/prism-core'),
  ]);
  const operations = new Map<string, IHttpOperation>();
  for (const operation of await getHttpOperationsFromSpec(document)) {
    // Prism would call a callback's URL over the network.
    operations.set(keyOf(operation), { ...operation, callbacks: [] });
  }
  const prism = createInstance(prismConfig({}), { logger: createLogger('mock', { enabled: false }) });

  return async function askPrism({ operation }, request, body, preference) {
    const resource = operations.get(keyOf(operation));
    if (!resource) throw new Error(`Prism has no operation ${keyOf(operation)}.`);
    // Prism's router walks all operations that it is given, so it is given one.
    const outcome = await prism.request(toPrismRequest(request, body), [resource], prismConfig(preference))();
    if (outcome._tag === 'Left') throw outcome.left;
    const { output, validations } = outcome.right;
    if (validations.input.length > 0) {
      throw issuesError(validations.input.map(({ code, message }) => ({ keyword: `${code}`, message: `${message}.` })));
    }
    return toDraft(output);
  };
}

function keyOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method.toUpperCase()} ${path}`;
}

/** Made anew for each request: Prism writes into it. The signature is checked by then, which Prism cannot do. */
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
    url: { path, query: Object.fromEntries([...query.keys()].map((name) => [name, flat(query.getAll(name))])) },
    headers: others as Record<string, string>,
    body,
  };
}

function flat(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}

function toDraft({ statusCode, headers = {}, body }: IHttpResponse): AnswerDraft {
  return { status: statusCode, headers: {}, mediaType: headers['Content-type'] ?? 'application/json', body };
}
