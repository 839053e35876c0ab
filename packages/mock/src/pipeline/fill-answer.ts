import { randomBytes } from 'node:crypto';
import type { Api } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import { asObject, createResolver, partsOf, pickAnswer } from '../document/lookup.js';
import { createParameterReader } from '../forms/read-parameters.js';
import type { AnswerDraft, MockRequest, Route } from '../http/types.js';
import type { Settings } from '../settings.js';

type FillAnswer = (route: Route, request: MockRequest, body: unknown, draft: AnswerDraft) => AnswerDraft;

/** How a response schema has a value filled, looked up once. */
interface Rules {
  items: Rules | undefined;
  /** Those of the schemas that it is made of, and its own. */
  parts: readonly Rules[];
  properties: readonly PropertyRule[];
}

interface PropertyRule {
  readonly name: string;
  /** The field of the request that it repeats. */
  readonly echo: string | undefined;
  readonly makeText: (() => string) | undefined;
  readonly rules: Rules;
}

/** What all answers with one status and media type share. */
interface Template {
  readonly status: number;
  readonly mediaType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: Rules;
}

/** The encodings that `x-mock: { random: … }` can name. */
const randomEncodings = new Set<unknown>(['base64', 'base64url', 'hex']);

/**
 * Creates the step that fills the document's example with the values of this request, where the response schema has
 * `x-mock`: `{ echo: userId }` repeats a field of the request, `{ random: base64, bytes: 72 }` is a fresh text.
 * It sends the headers that have an example in the document; Prism makes up a value for every one.
 */
export function createAnswerFiller({ document }: Api, { random }: Pick<Settings, 'random'>): FillAnswer {
  const resolve = createResolver(document);
  const rulesOfSchemas = new Map<JsonObject, Rules>();
  const templates = new Map<JsonObject, Template[]>();

  function rulesOf(node: unknown): Rules {
    const schema = resolve(node);
    const known = rulesOfSchemas.get(schema);
    if (known) return known;
    const rules: Rules = { items: undefined, parts: [], properties: [] };
    // Stored before its members are visited: a schema may contain itself.
    rulesOfSchemas.set(schema, rules);
    rules.items = schema.items === undefined ? undefined : rulesOf(schema.items);
    rules.parts = partsOf(schema, resolve).map(rulesOf);
    rules.properties = Object.entries(asObject(schema.properties)).map(([name, node]) => propertyRule(name, node));
    return rules;
  }

  function propertyRule(name: string, node: unknown): PropertyRule {
    const rule = asObject(asObject(node)['x-mock'] ?? resolve(node)['x-mock']);
    return {
      name,
      echo: 'echo' in rule ? `${rule.echo}` : undefined,
      makeText: 'random' in rule ? textMaker(rule, random) : undefined,
      rules: rulesOf(node),
    };
  }

  function templateOf({ definition }: Route, { status, mediaType }: AnswerDraft): Template {
    const ofDefinition = templates.get(definition) ?? [];
    const known = ofDefinition.find((template) => template.status === status && template.mediaType === mediaType);
    if (known) return known;
    const responses = asObject(definition.responses);
    const { content, headers } = resolve(pickAnswer(`${status}`, (name) => responses[name]));
    const { schema } = resolve(asObject(content)[mediaType]);
    const template = { status, mediaType, headers: exampleHeaders(headers), rules: rulesOf(schema) };
    templates.set(definition, [...ofDefinition, template]);
    return template;
  }

  function exampleHeaders(headers: unknown): Record<string, string> {
    const found = Object.entries(asObject(headers)).flatMap(([name, node]) => {
      const { example, examples, explode } = resolve(node);
      const value = example ?? resolve(Object.values(asObject(examples))[0]).value;
      const isSent = value !== undefined && value !== null && !ownHeaders.has(name.toLowerCase());
      return isSent ? [[name, toHeaderText(value, explode === true)]] : [];
    });
    return Object.fromEntries(found);
  }

  const readParameters = createParameterReader(document);

  return function fillAnswer(route, { query }, body, draft) {
    const { headers, rules } = templateOf(route, draft);
    const hasParameters = query.size > 0 || Object.keys(route.pathParameters).length > 0;
    const fields = hasParameters ? { ...readParameters(route, query), ...asObject(body) } : asObject(body);
    return { ...draft, headers, body: fill(rules, draft.body, fields) };
  };
}

/**
 * Headers that the mock sets itself: they say how an answer is sent, and of a `Content-Type` OpenAPI says that it is
 * ignored. A `Date` of the document's would be taken for the mock's clock, and what it says of CORS would let every page in.
 */
const ownHeaders = new Set([
  ...['connection', 'content-encoding', 'content-length', 'content-type', 'date', 'keep-alive', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-headers'],
  ...['access-control-allow-methods', 'access-control-expose-headers', 'access-control-max-age'],
]);

/** Returns a header's example as OpenAPI has it sent, in the style `simple`. */
function toHeaderText(value: unknown, explode: boolean): string {
  if (typeof value !== 'object') return `${value}`;
  if (Array.isArray(value)) return value.map(toPartText).join(',');
  const pairs = Object.entries(value ?? {});
  return pairs.map(([key, member]) => `${key}${explode ? '=' : ','}${toPartText(member)}`).join(',');
}

function toPartText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`;
}

function fill(rules: Rules | undefined, value: unknown, fields: JsonObject): unknown {
  if (!rules || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fill(rules.items, item, fields));
  const filled = { ...value } as Record<string, unknown>;
  for (const { properties } of rules.parts) for (const property of properties) fillProperty(filled, property, fields);
  return filled;
}

function fillProperty(
  object: Record<string, unknown>,
  { name, echo, makeText, rules }: PropertyRule,
  fields: JsonObject,
): void {
  if (!Object.hasOwn(object, name)) return;
  if (echo !== undefined) {
    const value = Object.hasOwn(fields, echo) ? fields[echo] : undefined;
    if (value === undefined) delete object[name];
    else object[name] = value;
  } else {
    object[name] = makeText ? makeText() : fill(rules, object[name], fields);
  }
}

function textMaker({ random: encoding, bytes }: JsonObject, random: Settings['random']): () => string {
  if (!randomEncodings.has(encoding) || typeof bytes !== 'number') {
    throw new Error(`The rule x-mock: ${JSON.stringify({ random: encoding, bytes })} is not known.`);
  }
  return () => {
    const { buffer, byteOffset, byteLength } = random(bytes);
    return Buffer.from(buffer, byteOffset, byteLength).toString(encoding as BufferEncoding);
  };
}

/** Drawing this many bytes costs little more than drawing a token's. */
const poolBytes = 8192;

/** Returns a source of random bytes that draws many at once; each part of a pool is used once. */
export function createRandomPool(draw: (bytes: number) => Uint8Array = randomBytes): (bytes: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  return function takeRandom(bytes) {
    if (bytes > poolBytes) return draw(bytes);
    if (used + bytes > pool.length) {
      // Parts of the last pool may still be in use.
      pool = draw(poolBytes);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
}
