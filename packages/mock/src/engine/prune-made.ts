import { asObject, type JsonObject, pickAnswer, type Resolve } from '../document/lookup.js';
import { isAgainstPattern, textOfPattern } from './text-of-pattern.js';

/** What stands for a value that its schema does not take. */
const unfit: unique symbol = Symbol('unfit');

/**
 * Returns a body that Prism has made of a schema, without the stubs with which it ends a schema that contains itself, an empty
 * object, or null, where more is demanded: the list around one is shorter then, the field not there. A text is one that its
 * pattern takes. A body of an example stays as it is.
 */
export function pruneMade(body: unknown, media: JsonObject, resolve: Resolve): unknown {
  if (media.example !== undefined || media.examples !== undefined || typeof body !== 'object') return body;
  const pruned = prune(body, media.schema, resolve);
  return pruned === unfit ? body : pruned;
}

/** Returns the media type of an answer as its operation documents it. */
export function findMedia(definition: JsonObject, status: number, mediaType: string, resolve: Resolve): JsonObject {
  const responses = asObject(definition.responses);
  const answer = resolve(pickAnswer(`${status}`, (key) => responses[key]));
  const content = asObject(answer.content);
  return resolve(content[mediaType] ?? content[mediaType.split(';', 1)[0] ?? '']);
}

function prune(value: unknown, node: unknown, resolve: Resolve): unknown {
  const schema = mergeParts(node, resolve);
  const shapes = [schema.oneOf, schema.anyOf].find(Array.isArray);
  if (shapes === undefined) return pruneOwn(value, schema, resolve);
  const listed = shapes.map((shape) => resolve(shape).const);
  // Values with a title each: Prism makes one of the type instead.
  if (listed.every((each) => each !== undefined)) return listed.some((each) => each === value) ? value : listed[0];
  const fitting = shapes.map((shape) => prune(value, shape, resolve)).find((each) => each !== unfit);
  return fitting === undefined ? unfit : pruneOwn(fitting, schema, resolve);
}

/** Returns a schema with those that its `allOf` has, as one: what one part demands, another describes. */
function mergeParts(node: unknown, resolve: Resolve, around: readonly unknown[] = []): JsonObject {
  const schema = resolve(node);
  if (!Array.isArray(schema.allOf) || around.includes(schema)) return schema;
  const parts = schema.allOf.map((part) => mergeParts(part, resolve, [...around, schema]));
  const all = [...parts, schema];
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map(({ properties }) => properties)),
    required: all.flatMap(({ required }) => (Array.isArray(required) ? required : [])),
  };
}

function pruneOwn(value: unknown, schema: JsonObject, resolve: Resolve): unknown {
  if (value === null) return mayBeNull(schema) ? null : unfit;
  if (Array.isArray(value)) return pruneList(value, schema, resolve);
  if (typeof value === 'string') return fitText(value, schema);
  if (typeof value !== 'object') return value;
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const properties = asObject(schema.properties);
  // Only a stub is empty where a field is demanded; other bodies have what they have.
  if (Object.keys(value).length === 0 && required.length > 0) return unfit;
  const members = Object.entries(value as JsonObject).map(([name, member]) => {
    return [name, Object.hasOwn(properties, name) ? prune(member, properties[name], resolve) : member] as const;
  });
  if (members.some(([name, member]) => member === unfit && required.includes(name))) return unfit;
  return Object.fromEntries(members.filter(([, member]) => member !== unfit));
}

/** Prism writes `string` whatever the pattern is; a value that the document shows stays. */
function fitText(text: string, schema: JsonObject): string {
  const { example, examples, default: usual, enum: listed, const: only } = schema;
  const isShown = [example, examples, usual, listed, only].some((shown) => shown !== undefined);
  return !isShown && isAgainstPattern(text, schema) ? (textOfPattern(schema) ?? text) : text;
}

function pruneList(value: readonly unknown[], { items, minItems }: JsonObject, resolve: Resolve): unknown {
  if (items === undefined) return value;
  const kept = value.map((item) => prune(item, items, resolve)).filter((item) => item !== unfit);
  return kept.length < Number(minItems ?? 0) ? unfit : kept;
}

/** Of a reference that only validation can follow, Prism makes null. */
function mayBeNull({ type, const: only, enum: listed, ...others }: JsonObject): boolean {
  if (others.$dynamicRef !== undefined) return false;
  if (listed !== undefined) return Array.isArray(listed) && listed.includes(null);
  if (type !== undefined) return [type].flat().includes('null');
  return (
    only === null ||
    (only === undefined && Object.keys(asObject(others.properties)).length === 0 && others.items === undefined)
  );
}
