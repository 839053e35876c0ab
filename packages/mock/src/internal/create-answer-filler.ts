import { asObject, createResolver } from './create-resolver.js';
import { pickAnswer } from './pick-answer.js';
import type { AnswerDraft, Api, JsonObject, MockRequest, Route, Settings } from './types.js';

type FillAnswer = (route: Route, request: MockRequest, body: unknown, draft: AnswerDraft) => AnswerDraft;

/** The encodings that `x-mock: { random: … }` can name. */
const randomEncodings = new Set<unknown>(['base64', 'base64url', 'hex']);

/**
 * Makes the step that gives the example of the document the values of this request, where the response schema has
 * `x-mock`: `{ echo: userId }` repeats a field of the request, `{ random: base64, bytes: 72 }` makes a fresh text.
 * Headers are those that have an example in the document; Prism makes up a value for every one.
 */
export function createAnswerFiller({ document }: Api, { random }: Settings): FillAnswer {
  const resolve = createResolver(document);

  function fill(node: unknown, value: unknown, fields: JsonObject): unknown {
    const schema = resolve(node);
    if (Array.isArray(value)) return value.map((item) => fill(schema.items, item, fields));
    if (typeof value !== 'object' || value === null) return value;
    let filled = { ...value } as Record<string, unknown>;
    for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) {
      filled = fill(part, filled, fields) as Record<string, unknown>;
    }
    for (const [name, property] of Object.entries(asObject(schema.properties))) {
      fillProperty(filled, name, property, fields);
    }
    return filled;
  }

  function fillProperty(object: Record<string, unknown>, name: string, property: unknown, fields: JsonObject): void {
    if (!(name in object)) return;
    const rule = asObject(asObject(property)['x-mock'] ?? resolve(property)['x-mock']);
    if ('echo' in rule) {
      const value = fields[`${rule.echo}`];
      if (value === undefined) delete object[name];
      else object[name] = value;
    } else if ('random' in rule) {
      object[name] = randomText(rule, random);
    } else {
      object[name] = fill(property, object[name], fields);
    }
  }

  function exampleHeaders(headers: unknown): Record<string, string> {
    const found = Object.entries(asObject(headers)).map(([name, node]) => {
      const { example, examples } = resolve(node);
      return [name, example ?? resolve(Object.values(asObject(examples))[0]).value];
    });
    return Object.fromEntries(
      found.filter(([, value]) => value !== undefined).map(([name, value]) => [name, `${value}`]),
    );
  }

  return function fillAnswer({ definition, pathParameters }, { query }, body, draft) {
    const responses = asObject(definition.responses);
    const { content, headers } = resolve(pickAnswer(`${draft.status}`, (key) => responses[key]));
    const { schema } = resolve(asObject(content)[draft.mediaType]);
    const fields = { ...Object.fromEntries(query), ...pathParameters, ...asObject(body) };
    return { ...draft, headers: exampleHeaders(headers), body: fill(schema, draft.body, fields) };
  };
}

function randomText({ random: encoding, bytes }: JsonObject, random: Settings['random']): string {
  if (!randomEncodings.has(encoding) || typeof bytes !== 'number') {
    throw new Error(`The rule x-mock: ${JSON.stringify({ random: encoding, bytes })} is not known.`);
  }
  return Buffer.from(random(bytes)).toString(encoding as BufferEncoding);
}
