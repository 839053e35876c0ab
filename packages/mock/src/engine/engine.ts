import type { Operation } from '@nexconn-kit/contract';
import type { Api } from '../document/api.js';
import {
  asObject,
  createResolver,
  definitionIn,
  definitionOf,
  type JsonObject,
  parametersOf,
  type Resolve,
  readAdmission,
} from '../document/lookup.js';
import type { AnswerDraft, MockRequest, Route } from '../http/types.js';
import { createPrismEngine, type Engine, type EngineRequest } from './prism-engine.js';

/** Creates the engine of a mock: the fast way where the document determines the answer, Prism for all else and for a plain API. */
export function createEngine(api: Api): Engine {
  const prism = createPrismEngine(api);
  const fast = createFastEngine(api);
  const answerFast = api.isPlain ? createPlainAnswer(api, fast) : fast.answer;
  const resolve = createResolver(api.document);
  /** By operation, since the document says the same each time. */
  const known = new Map<Operation, boolean>();

  function asksCredentials(operation: Operation, definition: JsonObject): boolean {
    const asks = known.get(operation) ?? readAdmission(definition, api.document).credentials;
    known.set(operation, asks);
    return asks;
  }

  const asksPrism = (operation: Operation) =>
    !fast.covers(operation) || asksCredentials(operation, definitionOf(api.document, operation, resolve));
  return {
    async prepare() {
      if (api.isPlain || Object.values(api.operations).some(asksPrism)) await prism.prepare();
    },
    answer: (...request) => {
      const [{ operation, definition }] = request;
      return (asksCredentials(operation, definition) ? undefined : answerFast(...request)) ?? prism.answer(...request);
    },
  };
}

/** Creates the fast way of a plain API, which is taken where no other media type is asked for: that Prism judges. */
function createPlainAnswer({ validators }: Api, fast: FastEngine): FastEngine['answer'] {
  return (route, request, body, preference) => {
    const { accept = '' } = request.headers;
    // What is weighed, or not taken at all, is Prism's to judge.
    const takesJson = !/\bq\s*=/i.test(accept) && /^$|\*\/\*|application\/json/.test(accept);
    if (!takesJson || preference.dynamic !== undefined) return undefined;
    if (body !== undefined && (validators[route.operation.operationId]?.(body) ?? []).length > 0) return undefined;
    return fast.answer(route, request, body, preference);
  };
}

/** An engine that answers where the document alone determines the answer. */
interface FastEngine {
  /** Whether an ordinary good request to the operation needs no Prism. */
  readonly covers: (operation: Operation) => boolean;
  /** Returns what Prism would, or `undefined` where only Prism can decide; it never refuses. */
  readonly answer: (...request: EngineRequest) => AnswerDraft | undefined;
}

/** The media type with no parameter that Prism might look at. */
const plainJson = /^application\/json(?:; ?charset=utf-8)?$/i;

/** Creates the fast way beside Prism; the body has passed the generated validators by then. */
export function createFastEngine({ document, validators }: Pick<Api, 'document' | 'validators'>): FastEngine {
  const resolve = createResolver(document);
  const plans = new Map<Operation, FastPlan | undefined>();

  function planOf(operation: Operation): FastPlan | undefined {
    if (!plans.has(operation)) plans.set(operation, makePlan(operation));
    return plans.get(operation);
  }

  function makePlan(operation: Operation): FastPlan | undefined {
    const validated = operation.body === null || validators[operation.operationId] !== undefined;
    return validated ? planOperation(asObject(document.paths)[operation.path], operation, resolve) : undefined;
  }

  return {
    covers: (operation) => planOf(operation) !== undefined,
    answer(route, request, body, { code, exampleKey }) {
      if (code !== undefined || exampleKey !== undefined) return undefined;
      const plan = planOf(route.operation);
      if (!plan || !isPlainBody(route.operation, request, body)) return undefined;
      return plan.acceptsParameters(route, request) ? plan.draft : undefined;
    },
  };
}

function isPlainBody({ body: expected }: Operation, { headers }: MockRequest, body: unknown): boolean {
  if (expected) return body !== undefined && plainJson.test(headers['content-type'] ?? '');
  // Prism refuses a body that the document does not describe.
  return (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
}

/** Prism's answer to every good request to an operation, and when the parameters of a request are good. */
interface FastPlan {
  readonly draft: AnswerDraft;
  readonly acceptsParameters: ParameterCheck;
}

/** Returns what Prism would answer by the document; `undefined` where that is not certain. */
function planOperation(pathNode: unknown, operation: Operation, resolve: Resolve): FastPlan | undefined {
  const pathItem = resolve(pathNode);
  const definition = resolve(definitionIn(pathItem, operation.method));
  const draft = findSuccess(definition.responses, resolve);
  const acceptsParameters = planParameters(parametersOf(pathItem, definition, resolve), resolve);
  if (!draft || !acceptsParameters || !isBodyPlain(definition.requestBody, operation, resolve)) return undefined;
  return { draft, acceptsParameters };
}

/** The generated validator decides about a body if no keyword of its schema could be read in another way by Prism. */
function isBodyPlain(node: unknown, { body }: Operation, resolve: Resolve): boolean {
  if (node === undefined) return body === null;
  const { content } = resolve(node);
  const [[mediaType, media] = [], ...others] = Object.entries(asObject(content));
  if (mediaType !== 'application/json' || body?.contentType !== mediaType || others.length > 0) return false;
  return isPlainSchema(resolve(media).schema, resolve);
}

/** Prism answers with the first example of the lowest 2xx. */
function findSuccess(node: unknown, resolve: Resolve): AnswerDraft | undefined {
  const responses = asObject(node);
  const [status = ''] = Object.keys(responses)
    .filter((key) => /^2(\d\d|XX)$/.test(key))
    .sort();
  if (!/^\d{3}$/.test(status)) return undefined;
  const { content } = resolve(responses[status]);
  const [[mediaType, media] = [], ...others] = Object.entries(asObject(content));
  const draft = { status: Number(status), headers: {} };
  if (mediaType === undefined) return { ...draft, mediaType: 'text/plain', body: undefined };
  if (mediaType !== 'application/json' || others.length > 0) return undefined;
  const body = firstExample(resolve(media), resolve);
  return body && { ...draft, mediaType, body };
}

function firstExample({ example, examples }: Record<string, unknown>, resolve: Resolve): object | undefined {
  const [first] = Object.values(asObject(examples));
  // Which of the two Prism would choose is not specified.
  if (example !== undefined && first !== undefined) return undefined;
  const value = example ?? resolve(first).value;
  if (typeof value !== 'object' || value === null) return undefined;
  // One that names another is written out on Prism's way.
  return JSON.stringify(value).includes('"$ref":"#/components/examples/') ? undefined : value;
}

/** Whether the parameters of a request are certainly good; of the others Prism finds what is wrong. */
type ParameterCheck = (route: Route, request: MockRequest) => boolean;

const plainKeys = new Set(['name', 'in', 'required', 'schema']);
const plainSchemaKeys = new Set(['type', 'minLength', 'maxLength', 'pattern']);

/** OpenAPI ignores parameters with the names of these headers. */
const otherHeaders = new Set(['accept', 'authorization', 'content-type']);

/** Returns the check of an operation's parameters; `undefined` where one is more than a plain text. */
function planParameters(parameters: readonly JsonObject[], resolve: Resolve): ParameterCheck | undefined {
  const checks = parameters.map((parameter) => checkOf(parameter, resolve));
  if (!checks.every((check) => check !== undefined)) return undefined;
  return (route, request) => checks.every((check) => check(route, request));
}

function checkOf(parameter: JsonObject, resolve: Resolve): ParameterCheck | undefined {
  const isGood = textCheck(resolve(parameter.schema));
  if (!isGood || !Object.keys(parameter).every((key) => plainKeys.has(key) || isAnnotation(key))) return undefined;
  const name = `${parameter.name}`;
  const required = parameter.required === true;
  switch (parameter.in) {
    case 'path':
      // Prism decodes paths in its own way.
      return ({ pathParameters }) =>
        /^[\w.~-]+$/.test(pathParameters[name] ?? '') && isGood(pathParameters[name] ?? '');
    case 'header':
      return otherHeaders.has(name.toLowerCase()) ? undefined : checkHeader(name.toLowerCase(), required, isGood);
    case 'query':
      return (_, { query }) => !required && query.size === 0;
    default:
      return undefined;
  }
}

function checkHeader(name: string, required: boolean, isGood: (text: string) => boolean): ParameterCheck {
  return (_, { headers }) => {
    const value = headers[name];
    return value === undefined ? !required : isGood(value);
  };
}

/** Accepts ASCII only, where characters, code points and bytes are the same. */
function textCheck(schema: JsonObject): ((text: string) => boolean) | undefined {
  const { type, minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern = '' } = asObject(schema);
  if (type !== 'string' || !Object.keys(schema).every((key) => plainSchemaKeys.has(key) || isAnnotation(key))) {
    return undefined;
  }
  const [shortest, longest, expression] = [Number(minLength), Number(maxLength), new RegExp(`${pattern}`, 'u')];
  return (text) =>
    text.length >= Math.max(1, shortest) && text.length <= longest && /^[ -~]+$/.test(text) && expression.test(text);
}

/** Keywords that the generated validators and Prism read alike; a test compares them. */
const plainKeywords = new Set([
  'type',
  'enum',
  'const',
  'required',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
]);
const annotations = new Set(['title', 'summary', 'description', 'example', 'examples', '$comment']);

/** Whether Prism ignores a keyword; our own extensions are checked by our validators alone. */
function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || keyword.startsWith('x-');
}

/** Whether nothing in a schema is left to Prism to validate, as one that contains itself is. */
function isPlainSchema(node: unknown, resolve: Resolve, known: Map<JsonObject, boolean> = new Map()): boolean {
  const isReference = typeof asObject(node).$ref === 'string';
  if (isReference && Object.keys(asObject(node)).length > 1) return false;
  const schema = resolve(node);
  const before = known.get(schema);
  if (before !== undefined) return before;
  known.set(schema, false);
  const isInside = (inner: unknown) => isPlainSchema(inner, resolve, known);
  const isPlain = Object.entries(schema).every(([keyword, value]) => {
    if (keyword === 'properties') return Object.values(asObject(value)).every(isInside);
    if (keyword === 'items') return isInside(value);
    if (keyword === 'additionalProperties') return typeof value === 'boolean' || isInside(value);
    return plainKeywords.has(keyword) || isAnnotation(keyword);
  });
  known.set(schema, isPlain);
  return isPlain;
}
