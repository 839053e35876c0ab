import type { Operation } from '@nexconn-kit/contract';
import type { IHttpConfig, IHttpRequest, IHttpResponse } from '@stoplight/prism-http';
import type { DiagnosticSeverity, HttpMethod } from '@stoplight/types';
import type { Api } from '../document/api.js';
import {
  asObject,
  createResolver,
  definitionIn,
  definitionOf,
  parametersOf,
  readAdmission,
} from '../document/lookup.js';
import { isMediaType } from '../forms/header-value.js';
import { createPathSimplifier } from '../forms/path-text.js';
import { ApiError, issuesError, problemBody } from '../http/api-error.js';
import { canonicalTemplate } from '../http/read-request.js';
import type { AnswerDraft, MockRequest, Preference, Route } from '../http/types.js';
import { dropReadOnly } from './drop-read-only.js';
import { errorSeverity, type Finding, findEmpty, findUnseen, neverFit, ofWholeQuery } from './findings.js';
import { findMedia, fitMade } from './fit-made.js';
import { type RenamedParameters, renameInherited } from './inherited-names.js';
import { withJsonForm } from './json-form.js';
import { makeReadable, withReadableParameters } from './readable-parameters.js';
import { jsonSchemaOf, prismMethod, sliceDocument, writeOut } from './slice-document.js';
import { writeKeywords } from './write-keywords.js';

/** A request whose signature and body are good, and which of the documented answers its caller prefers. */
export type EngineRequest = readonly [route: Route, request: MockRequest, body: unknown, preference: Preference];

/** An engine that chooses the answer to a request. */
export interface Engine {
  /** Loads what the first request would otherwise wait for. */
  readonly prepare: () => Promise<void>;
  readonly answer: (...request: EngineRequest) => AnswerDraft | Promise<AnswerDraft>;
}

type PlayedApi = Pick<Api, 'document' | 'isPlain' | 'operations' | 'validators'>;

/** An operation as Prism has it, the parameters of its query that are in JSON, and what writes those of its path as Prism reads them. */
interface PrismOperation extends RenamedParameters {
  readonly inJson: ReadonlySet<string>;
  readonly simplify: ReturnType<typeof createPathSimplifier>;
}

type AskPrism = (...request: EngineRequest) => Promise<AnswerDraft>;

/**
 * Creates the engine that asks Prism, which validates the whole request once more, now with its parameters, and chooses
 * the answer. Prism is loaded once, by the first call.
 */
export function createPrismEngine(api: PlayedApi): Engine {
  let loading: Promise<AskPrism> | undefined;
  function load(): Promise<AskPrism> {
    loading ??= loadPrism(api);
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
async function loadPrism({ document, isPlain, operations: played, validators }: PlayedApi): Promise<AskPrism> {
  const { createInstance, createLogger, readOperations } = await import('./prism.js');
  const prism = createInstance(prismConfig({}, false), { logger: createLogger('mock', { enabled: false }) });
  const operations = new Map<string, PrismOperation | undefined>();
  const resolve = createResolver(document);

  /** Each operation is read when it is first asked for: a large document has hundreds that never are. */
  function operationOf(operation: Operation): PrismOperation | undefined {
    const key = keyOf(operation);
    const known = operations.get(key) ?? readOperation(operation);
    operations.set(key, known);
    return known;
  }

  function readOperation({ path, method }: Operation): PrismOperation | undefined {
    const own = prismMethod(method);
    const slice = writeKeywords(sliceDocument(document, path, method));
    const found = readOperations(writeOut(dropReadOnly(slice, path, own)));
    const operation = found.find((each) => keyOf(each) === keyOf({ path, method: own }));
    if (!operation) return undefined;
    makeReadable(operation);
    const pathItem = resolve(asObject(document.paths)[path]);
    const parameters = parametersOf(pathItem, asObject(definitionIn(pathItem, method)), resolve);
    const inJson = parameters.filter((each) => jsonSchemaOf(each, resolve) !== undefined).map(({ name }) => `${name}`);
    return {
      ...renameInherited({ ...operation, path: canonicalTemplate(operation.path) }),
      ...{ inJson: new Set(inJson), simplify: createPathSimplifier(parameters, resolve) },
    };
  }

  // What is no document at all is told at once, and not by the first request.
  const [first] = Object.values(played);
  if (first && !operationOf(first)) throw new Error(`Prism finds no operation ${keyOf(first)}.`);

  return async function askPrism(route, request, body, preference) {
    const renamed = operationOf(route.operation);
    if (!renamed) throw new Error(`Prism has no operation ${keyOf(route.operation)}.`);
    const { toPrism, fromPrism } = renamed;
    // Prism's router walks all operations that it is given, so it is given one.
    const path = pathOf(route, renamed);
    const sent = toPrism(toPrismRequest(path, request, body, isPlain));
    const [resource, asked] = withReadableParameters(...withJsonForm(renamed.operation, sent), renamed.inJson);
    const empty = isPlain ? [] : fromPrism(findEmpty(resource, asked));
    if (empty.length > 0) throw refuseInput(empty);
    const { credentials } = readAdmission(route.definition, document);
    const ask = (preferred: Preference, asOne = resource) =>
      prism.request(asked, [asOne], prismConfig(preferred, credentials))();
    let outcome = await ask(preference);
    // Where no value can be made of a schema, that which the document shows stands for it.
    if (preference.dynamic && isFailure(outcome)) outcome = await ask({ ...preference, dynamic: false });
    const unseen = isPlain && !isRefused(outcome) ? findUnseen(validators, route.operation, request, body) : [];
    if (unseen.length > 0) outcome = await ask(preference, neverFit(resource));
    if (outcome._tag === 'Left') {
      const problem: PrismProblem = outcome.left;
      const told = unseen.length > 0 ? unseen : fromPrism(problem.additional?.validation);
      const findings = ofWholeQuery(told, request);
      if (isPlain) return toProblem(problem, findings, route);
      throw toRefusal(problem, findings ?? []);
    }
    const { output, validations } = outcome.right;
    if (!isPlain && isRefused(outcome)) {
      throw refuseInput(fromPrism(validations.input));
    }
    return withoutStubs(toDraft(output), route.operation);
  };

  function withoutStubs(draft: AnswerDraft, operation: Operation): AnswerDraft {
    const definition = definitionOf(document, operation, resolve);
    const media = findMedia(definition, draft.status, draft.mediaType, resolve);
    return { ...draft, body: fitMade(draft.body, media, resolve) };
  }
}

/** What Prism makes of a request. */
type Outcome =
  | { readonly _tag: 'Left'; readonly left: PrismProblem }
  | { readonly _tag: 'Right'; readonly right: Answered };

interface Answered {
  readonly output: IHttpResponse;
  readonly validations: { readonly input: readonly (Finding & { readonly severity: DiagnosticSeverity })[] };
}

/** Whether Prism has found anything wrong with the request. */
function isRefused(outcome: Outcome): boolean {
  if (outcome._tag === 'Left') return true;
  return outcome.right.validations.input.some(({ severity }) => severity === errorSeverity);
}

function refuseInput(findings: readonly Finding[]): ApiError {
  return issuesError(findings.map(({ code, message }) => ({ keyword: `${code}`, message: `${message}.` })));
}

/** Whether Prism failed at what it was asked, and did not refuse it. */
function isFailure(outcome: { readonly _tag: string; readonly left?: PrismProblem }): boolean {
  return outcome._tag === 'Left' && (outcome.left?.status ?? 500) >= 500;
}

/** Prism's own refusal, where the document has no answer for a wrong input, or none that the caller accepts. */
interface PrismProblem extends Error {
  readonly status?: number;
  readonly detail?: string;
  readonly additional?: {
    readonly validation?: readonly Finding[];
    readonly headers?: Readonly<Record<string, string>>;
  };
}

/** Returns the API's error for it; anything else is a failure of the mock or of its document. */
function toRefusal(problem: PrismProblem, findings: readonly Finding[]): Error {
  const { status = 500, detail } = problem;
  if (status < 400 || status >= 500) return problem;
  if (findings.length > 0) return refuseInput(findings);
  return new ApiError('ParameterInvalid', detail ?? problem.message, status === 422 ? {} : { status });
}

/** Returns Prism's own answer where the document has none for what is wrong. */
function toProblem(
  problem: PrismProblem,
  validation: readonly Finding[] | undefined,
  { operation, definition }: Route,
): AnswerDraft {
  const { status = 500, detail, message, additional } = problem;
  // A good request whose answer is not described, or by a schema that no example can be made of.
  const isUnknown = status >= 500 && (Object.keys(asObject(definition.responses)).length === 0 || detail !== undefined);
  if (isUnknown) return { status: operation.successStatus, headers: {}, mediaType: 'text/plain', body: undefined };
  if (status >= 500) throw problem;
  const { headers = {} } = additional ?? {};
  const body = { ...problemBody(status, detail ?? message), ...(validation && { validation }) };
  return { status, headers, mediaType: 'application/problem+json', body };
}

function keyOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method.toUpperCase()} ${path}`;
}

/**
 * A new one for each request, since Prism writes into it. The signature, which Prism cannot check, is checked by then; of
 * other credentials Prism sees whether there are any.
 */
function prismConfig(preference: Preference, checkSecurity: boolean): IHttpConfig {
  return {
    isProxy: false,
    checkSecurity,
    validateRequest: true,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
    mock: { dynamic: false, ...preference },
  };
}

/** Returns a path of which Prism, which takes a comma for the end of an item, finds each parameter whole. */
function pathOf({ operation, pathParameters }: Route, { simplify }: PrismOperation): string {
  const texts = simplify(pathParameters);
  return canonicalTemplate(operation.path).replace(/\{([^{}]+)\}/g, (_, name) => encodeURIComponent(texts[name] ?? ''));
}

function toPrismRequest(
  path: string,
  { method, query, headers, wholeQuery }: MockRequest,
  body: unknown,
  isPlain: boolean,
): IHttpRequest {
  const isGood = wholeQuery?.issues.length === 0;
  const names = [...query.keys()].filter((name) => name !== wholeQuery?.name);
  const fields = names.map((name) => [name, oneOrMany(query.getAll(name))]);
  // The service answers in JSON whatever the caller accepts.
  const { accept, ...others } = withKnownType(headers);
  const ranges = accept?.split(',').filter(isMediaType).join(',');
  return {
    method: prismMethod(method) as HttpMethod,
    url: {
      path,
      query: { ...Object.fromEntries(fields), ...(isGood && { [wholeQuery.name]: 'valid' }) },
    },
    headers: { ...others, ...(isPlain && ranges && { accept: ranges }) } as Record<string, string>,
    body,
  };
}

/** Prism fails at a media type that is none, and refuses one that it does not know. */
function withKnownType(headers: MockRequest['headers']): MockRequest['headers'] {
  const { 'content-type': type } = headers;
  return type === undefined || isMediaType(type) ? headers : { ...headers, 'content-type': 'unknown/unknown' };
}

function oneOrMany(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}

function toDraft({ statusCode, headers = {}, body }: IHttpResponse): AnswerDraft {
  return { status: statusCode, headers: {}, mediaType: headers['Content-type'] ?? 'application/json', body };
}
