import { isMultipleOf, isOneOf } from '@nexconn-kit/contract/validator';
import { asObject, type JsonObject, partsOf, pickAnswer, type Resolve } from '../document/lookup.js';
import { fitText } from './fit-text.js';

/** What stands for a value that its schema does not take. */
const unfit: unique symbol = Symbol('unfit');

/** How deep values are made within each other. */
const maxDepth = 8;

/**
 * Returns a body that Prism has made of a schema, changed where the schema does not take it, as what an example of a property is
 * or Prism makes of several parts: a value becomes one of the type, the list, the format and the limits, what is demanded is
 * there, and what is `writeOnly` is not. The stubs with which Prism ends a schema that contains itself, an empty object or null, go
 * where they may. A body of an example stays as it is.
 */
export function fitMade(body: unknown, media: JsonObject, resolve: Resolve): unknown {
  if (media.example !== undefined || media.examples !== undefined || body === undefined || media.schema === undefined)
    return body;
  const fitter = createFitter(resolve);
  const fitted = fitter.fitTo(body, media.schema, 0);
  const whole = fitted === unfit ? fitter.make(media.schema, 0) : fitted;
  return whole === unfit ? body : whole;
}

/** Returns the media type of an answer as its operation documents it. */
export function findMedia(definition: JsonObject, status: number, mediaType: string, resolve: Resolve): JsonObject {
  const responses = asObject(definition.responses);
  const answer = resolve(pickAnswer(`${status}`, (key) => responses[key]));
  const content = asObject(answer.content);
  return resolve(content[mediaType] ?? content[mediaType.split(';', 1)[0] ?? '']);
}

interface Fitter {
  /** Returns a value as a schema takes it, changed as little as may be; `unfit` for a stub. */
  readonly fitTo: (value: unknown, node: unknown, depth: number) => unknown;
  /** Returns a value that a schema takes, the least one; `unfit` where it has none that ends. */
  readonly make: (node: unknown, depth: number) => unknown;
}

/** How many schemas are tried for one value: a few that choose between each other would take for ever. */
const maxTries = 10_000;

function createFitter(resolve: Resolve): Fitter {
  let tries = 0;
  return { fitTo, make };

  function fitTo(value: unknown, node: unknown, depth: number): unknown {
    const merged = mergeParts(node, resolve);
    return isWriteOnly(node, merged.parts) ? unfit : fitMerged(value, merged, depth);
  }

  function fitMerged(value: unknown, schema: Merged, depth: number): unknown {
    const [shapes, rest] = nextChoice(schema, resolve);
    tries += 1;
    if (shapes === undefined || tries > maxTries) return fitOwn(value, schema.own, depth);
    const [first, ...fitting] = shapes
      .map((shape) => fitMerged(value, mergeBoth(rest, mergeParts(shape, resolve)), depth))
      .filter((fitted) => fitted !== unfit);
    return [first, ...fitting].find((fitted) => isOneOf(fitted, [value])) ?? first ?? unfit;
  }

  function fitOwn(value: unknown, schema: JsonObject, depth: number): unknown {
    const listed = listOf(schema);
    if (listed !== undefined) return isOneOf(value, listed) ? value : fitListed(listed, schema, depth);
    if (value === null) return mayBeNull(schema) ? null : unfit;
    if (!isOfType(value, schema)) return makeOwn(schema, depth);
    if (Array.isArray(value)) return fitList(value, schema, depth);
    if (typeof value === 'string') return fitText(value, schema);
    if (typeof value === 'number') return fitNumber(value, schema);
    return typeof value === 'object' ? fitObject(value as JsonObject, schema, depth) : value;
  }

  /** Of the values that a schema lists, the first that it takes for the rest as well. */
  function fitListed(listed: readonly unknown[], schema: JsonObject, depth: number): unknown {
    const { enum: _, const: __, ...others } = schema;
    const found = listed.find((each) => isOneOf(each, [fitOwn(each, others, depth)]));
    return found === undefined ? unfit : found;
  }

  function fitObject(value: JsonObject, schema: JsonObject, depth: number): unknown {
    // Only a stub is empty where a field is demanded; other bodies have what they have.
    if (Object.keys(value).length === 0 && demandedOf(schema).length > 0) return unfit;
    const fitted: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(value)) {
      const property = propertyOf(schema, name);
      const found = property === false ? unfit : fitTo(member, property, depth + 1);
      if (found !== unfit) setOwn(fitted, name, found);
    }
    return withRequired(fitted, schema, depth);
  }

  function withRequired(value: Record<string, unknown>, schema: JsonObject, depth: number): unknown {
    for (const name of demandedOf(schema)) {
      if (Object.hasOwn(value, name)) continue;
      const made = make(propertyOf(schema, name), depth + 1);
      if (made === unfit) return unfit;
      setOwn(value, name, made);
    }
    return value;
  }

  /** Returns the names of the fields that an answer has to have. */
  function demandedOf(schema: JsonObject): string[] {
    return requiredOf(schema).filter((name) => {
      const property = propertyOf(schema, name);
      return !isWriteOnly(property, partsOf(property, resolve));
    });
  }

  function fitList(value: readonly unknown[], schema: JsonObject, depth: number): unknown {
    const { items, minItems, maxItems } = schema;
    const kept = items === undefined ? [...value] : value.map((item) => fitTo(item, items, depth + 1));
    const fitting = kept.filter((item) => item !== unfit).slice(0, Number(maxItems ?? Number.POSITIVE_INFINITY));
    return fitting.length < Number(minItems ?? 0) ? filled(fitting, schema, depth) : fitting;
  }

  function filled(items: readonly unknown[], { items: node, minItems }: JsonObject, depth: number): unknown {
    const made = make(node, depth + 1);
    const missing = Number(minItems) - items.length;
    return made === unfit ? unfit : [...items, ...Array.from({ length: missing }, () => made)];
  }

  function make(node: unknown, depth: number): unknown {
    return depth > maxDepth ? unfit : makeMerged(mergeParts(node, resolve), depth);
  }

  function makeMerged(schema: Merged, depth: number): unknown {
    const [shapes, rest] = nextChoice(schema, resolve);
    tries += 1;
    if (shapes === undefined || tries > maxTries) return makeOwn(schema.own, depth);
    for (const shape of shapes) {
      const made = makeMerged(mergeBoth(rest, mergeParts(shape, resolve)), depth);
      if (made !== unfit) return made;
    }
    return unfit;
  }

  function makeOwn(schema: JsonObject, depth: number): unknown {
    if (depth > maxDepth) return unfit;
    const listed = listOf(schema);
    if (listed !== undefined) return fitListed(listed, schema, depth);
    const { default: usual, example, examples } = schema;
    const shown = [usual, example, ...(Array.isArray(examples) ? examples : [])].filter((each) => each !== undefined);
    const fitting = shown.find((each) => isOfType(each, schema) && isOneOf(each, [fitOwn(each, schema, depth + 1)]));
    if (fitting !== undefined) return fitting;
    switch (typesOf(schema)[0]) {
      case 'object':
        return withRequired({}, schema, depth);
      case 'array':
        return fitList([], schema, depth);
      case 'integer':
      case 'number':
        return fitNumber(0, schema);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return fitText('string', schema);
    }
  }
}

/** A schema with those that its `allOf` has, as one: what one part demands, another describes. */
interface Merged {
  readonly own: JsonObject;
  /** The lists of which one each has to fit. */
  readonly choices: readonly (readonly unknown[])[];
  /** The schemas that are one here. */
  readonly parts: readonly JsonObject[];
}

/** Returns the shapes of the first choice that is open, each once, and what is left then. */
function nextChoice({ own, choices, parts }: Merged, resolve: Resolve): [shapes: unknown[] | undefined, rest: Merged] {
  const isOpen = (list: readonly unknown[]): boolean => !list.some((shape) => parts.includes(resolve(shape)));
  // What is one of its own shapes fits that as soon as it fits the rest.
  const [shapes, ...others] = choices.filter(isOpen);
  const rest = { own, choices: others, parts };
  return [shapes && [...new Map(shapes.map((shape) => [resolve(shape), shape])).values()], rest];
}

function mergeParts(node: unknown, resolve: Resolve): Merged {
  const parts = partsOf(node, resolve).map((part): Merged => {
    const { allOf: _, oneOf, anyOf, ...own } = part;
    return { own, choices: [oneOf, anyOf].filter(Array.isArray), parts: [part] };
  });
  return parts.reduce(mergeBoth);
}

function mergeBoth(one: Merged, other: Merged): Merged {
  return {
    own: mergeOwn(one.own, other.own),
    choices: [...one.choices, ...other.choices],
    parts: [...one.parts, ...other.parts],
  };
}

function mergeOwn(one: JsonObject, other: JsonObject): JsonObject {
  const properties = { ...asObject(one.properties) };
  for (const [name, property] of Object.entries(asObject(other.properties))) {
    setOwn(properties, name, Object.hasOwn(properties, name) ? { allOf: [properties[name], property] } : property);
  }
  const lists = [listOf(one), listOf(other)].filter((list) => list !== undefined);
  const [first, second] = lists;
  const { const: _, ...merged } = { ...one, ...other } as Record<string, unknown>;
  return {
    ...merged,
    ...(first && { enum: second ? first.filter((each) => isOneOf(each, second)) : first }),
    ...(Object.keys(properties).length > 0 && { properties }),
    required: [...requiredOf(one), ...requiredOf(other)],
  };
}

/** Returns the values of which one is demanded. */
function listOf({ enum: listed, const: only }: JsonObject): readonly unknown[] | undefined {
  if (only !== undefined) return [only];
  return Array.isArray(listed) ? listed : undefined;
}

function requiredOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

/** Whether a value is written by requests and never read, so that no answer has it: what stands beside a `$ref` counts as well. */
function isWriteOnly(node: unknown, parts: readonly JsonObject[]): boolean {
  const nodes = [node, ...parts.flatMap((part) => [part, ...(Array.isArray(part.allOf) ? part.allOf : [])])];
  return nodes.some((each) => asObject(each).writeOnly === true);
}

/** Returns the schema of a field; false where there may be none of this name. */
function propertyOf({ properties, additionalProperties, patternProperties }: JsonObject, name: string): unknown {
  if (Object.hasOwn(asObject(properties), name)) return asObject(properties)[name];
  return additionalProperties === false && patternProperties === undefined ? false : additionalProperties;
}

function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Returns the types of a schema, `null` last. */
function typesOf({ type, properties, items }: JsonObject): readonly unknown[] {
  const types = type === undefined ? [] : [type].flat();
  if (types.length > 0) return types.toSorted((one, other) => Number(one === 'null') - Number(other === 'null'));
  return [...(properties === undefined ? [] : ['object']), ...(items === undefined ? [] : ['array'])];
}

function isOfType(value: unknown, schema: JsonObject): boolean {
  if (schema.type === undefined) return true;
  const types = typesOf(schema);
  if (Array.isArray(value)) return types.includes('array');
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value));
  return types.includes(typeof value);
}

/** Returns the number itself, or the nearest within the limits. */
function fitNumber(value: number, schema: JsonObject): number {
  const [least, most] = [
    Number(schema.minimum ?? Number.NEGATIVE_INFINITY),
    Number(schema.maximum ?? Number.POSITIVE_INFINITY),
  ];
  const above = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + 1 : least;
  const below = typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum - 1 : most;
  const isWithin = value >= least && value <= most && !(value <= above - 1) && !(value >= below + 1);
  const within = isWithin ? value : Math.min(Math.max(value, least, above), most, below);
  const step = Number(schema.multipleOf ?? 0);
  return step > 0 && !isMultipleOf(within, step) ? Math.ceil(within / step) * step : within;
}

/** Of a reference that only validation can follow, Prism makes null. */
function mayBeNull({ type, $dynamicRef, properties, items }: JsonObject): boolean {
  if ($dynamicRef !== undefined) return false;
  if (type !== undefined) return [type].flat().includes('null');
  return Object.keys(asObject(properties)).length === 0 && items === undefined;
}
