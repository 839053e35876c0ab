import { asArray, asObject, isObject, type JsonObject } from '@nexconn-kit/document/compiler';
import { merged, typesOf, type ValuePlace } from './draw-value.js';

/** A way to break a value of a schema. */
export interface Breakage {
  /** Keys down to what is broken. */
  readonly path: readonly string[];
  /** What is done, in words: `17 letters`. */
  readonly change: string;
  /** Returns the broken value in place of a valid one; `removed` leaves it out. */
  readonly apply: (value: unknown) => unknown;
}

/** What stands for a member that is left out. */
export const removed: unique symbol = Symbol('removed');

/** Where a value goes that is to be broken: the fields of a form are texts, whatever their types are. */
export type BrokenPlace = ValuePlace | 'form';

const depthLimit = 3;
const strangeTexts = ['!', 'a b', '_', 'é', '%41', 'A1!', '0'];
/** Longer ones would be refused for their size alone. */
const longestText = 20_000;

/** Returns the ways to break the values of a schema; whether one does, the validator says. */
export function breakagesOf(schema: unknown, bundle: JsonObject, place: BrokenPlace, depth = depthLimit): Breakage[] {
  const node = merged(schema, bundle);
  const types = typesOf(node);
  return [
    ...wrongTypes(types, place),
    ...wrongTexts(node, place),
    ...wrongNumbers(node),
    ...wrongLists(node, bundle, place, depth),
    ...wrongObjects(node, bundle, place, depth),
    ...wrongShapes(node, bundle, place, depth),
  ];
}

function whole(change: string, value: unknown): Breakage {
  return { path: [], change, apply: () => value };
}

function wrongTypes(types: readonly string[], place: BrokenPlace): Breakage[] {
  if (types.length === 0) return [];
  const allowed = types.join(' or ');
  // A text is as good there as any other, and one item is a list.
  if (place === 'form' && types.some((type) => ['string', 'array', 'object'].includes(type))) return [];
  // So is one in a parameter, of which what is wrong for an item is another way to break it; the fields of an object have names of
  // their own in a query, so that a text by its name is a parameter that nobody described.
  if (place !== 'body' && (types.includes('array') || types.includes('object'))) return [];
  const others = place === 'body' ? ['no such value', 7.5, true, null, [], {}] : textsAgainst(types);
  return others.map((value) => whole(`${JSON.stringify(value)} instead of ${allowed}`, value));
}

/** Where values are written as texts, the text of a number is one. */
function textsAgainst(types: readonly string[]): string[] {
  return types.includes('number') ? ['no such value'] : ['no such value', '7.5'];
}

function wrongTexts(node: JsonObject, place: BrokenPlace): Breakage[] {
  const { minLength, maxLength, pattern, format } = node;
  const limits = [maxLength, node['x-max-bytes']].filter((limit) => typeof limit === 'number' && limit < longestText);
  return [
    ...(typeof minLength === 'number' && (minLength > 1 || (minLength > 0 && (place === 'body' || place === 'form')))
      ? [whole(`${minLength - 1} letters`, 'a'.repeat(minLength - 1))]
      : []),
    ...limits.map((limit) => whole(`${Number(limit) + 1} letters`, 'a'.repeat(Number(limit) + 1))),
    ...(pattern === undefined
      ? []
      : strangeTexts.map((text) => whole(`${JSON.stringify(text)}, against the pattern`, text))),
    ...(format === undefined ? [] : [whole(`a text that is no ${String(format)}`, 'no-such-format!')]),
    ...(node.enum === undefined && node.const === undefined ? [] : [whole('a value that is not listed', 'not-listed')]),
  ];
}

function wrongNumbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonObject): Breakage[] {
  const broken: Breakage[] = [];
  if (typeof minimum === 'number') broken.push(whole('a number below the minimum', minimum - 1));
  if (typeof maximum === 'number') broken.push(whole('a number above the maximum', maximum + 1));
  if (typeof exclusiveMinimum === 'number') broken.push(whole('the excluded minimum', exclusiveMinimum));
  if (typeof exclusiveMaximum === 'number') broken.push(whole('the excluded maximum', exclusiveMaximum));
  if (typeof multipleOf === 'number') broken.push(whole('half a step', multipleOf * 1.5));
  return broken;
}

function wrongLists(node: JsonObject, bundle: JsonObject, place: BrokenPlace, depth: number): Breakage[] {
  if (!typesOf(node).includes('array')) return [];
  const { minItems, maxItems, uniqueItems } = node;
  const itemOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined) ?? 'a';
  const list = (change: string, apply: Breakage['apply']): Breakage => ({ path: [], change, apply });
  const schemas = Array.isArray(node.prefixItems) ? node.prefixItems : [node.items ?? true];
  const inside = (depth > 0 ? schemas : []).flatMap((schema, index) =>
    breakagesOf(schema, bundle, place, depth - 1).map((each) => ({ ...each, path: [`${index}`, ...each.path] })),
  );
  return [
    ...(typeof minItems === 'number' && minItems > 1
      ? [list(`${minItems - 1} items`, (value) => Array(minItems - 1).fill(itemOf(value)))]
      : []),
    ...(typeof maxItems === 'number' && maxItems < longestText
      ? [list(`${maxItems + 1} items`, (value) => Array(maxItems + 1).fill(itemOf(value)))]
      : []),
    ...(uniqueItems === true ? [list('an item twice', (value) => [itemOf(value), itemOf(value)])] : []),
    ...inside,
  ];
}

function wrongObjects(node: JsonObject, bundle: JsonObject, place: BrokenPlace, depth: number): Breakage[] {
  const unknown = node.additionalProperties === false ? { aFieldThatIsNotKnown: 1 } : undefined;
  const missing = asArray(node.required).map((name) => ({
    ...{ path: [String(name)], change: 'left out' },
    apply: () => removed,
  }));
  const inside =
    depth > 0
      ? Object.entries(asObject(node.properties)).flatMap(([name, property]) =>
          breakagesOf(property, bundle, place, depth - 1).map((each) => ({ ...each, path: [name, ...each.path] })),
        )
      : [];
  const more = unknown && {
    path: [],
    change: 'a field too many',
    apply: (value: unknown) => ({ ...Object(value), ...unknown }),
  };
  return [...missing, ...inside, ...(more ? [more] : [])];
}

/** One shape broken may be another that is allowed, or have nothing to do with the value at hand. */
function wrongShapes(node: JsonObject, bundle: JsonObject, place: BrokenPlace, depth: number): Breakage[] {
  const shapes = depth > 0 ? [...asArray(node.oneOf), ...asArray(node.anyOf)] : [];
  return shapes.flatMap((shape) => breakagesOf(shape, bundle, place, depth - 1));
}

/** Returns a copy of a value that is broken; undefined where it has nothing that could be. */
export function breakValue(value: unknown, { path, apply }: Breakage): { readonly value: unknown } | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return { value: apply(value) };
  if (Array.isArray(value)) {
    const inner = value.length > 0 ? breakValue(value[0], { path: rest, change: '', apply }) : undefined;
    return inner && { value: [inner.value, ...value.slice(1)] };
  }
  if (!isObject(value) || (rest.length > 0 && !Object.hasOwn(value, key))) return undefined;
  const inner = breakValue(value[key], { path: rest, change: '', apply });
  if (!inner) return undefined;
  const { [key]: _, ...others } = value;
  return { value: inner.value === removed ? others : { ...value, [key]: inner.value } };
}
