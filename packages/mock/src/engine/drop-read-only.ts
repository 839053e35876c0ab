import { asObject, createResolver, type JsonObject, partsOf, type Resolve } from '../document/lookup.js';

/** What a schema is called in requests, where it differs from its other self. */
const suffix = '.request';

/** The keywords with schemas by names, which may be those of keywords. */
export const mapKeys: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);

/** The keywords with a value, in which nothing is a schema. */
export const valueKeys: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'const', 'enum']);

/**
 * Returns a slice whose requests are not asked for what is `readOnly`: OpenAPI has `required` count only in answers then. Prism
 * knows that of plain properties and lists, but not below `oneOf`, `additionalProperties` or a schema that contains itself.
 */
export function dropReadOnly(slice: JsonObject, path: string, method: string): JsonObject {
  if (!/"readOnly":true/.test(JSON.stringify(slice))) return slice;
  const resolve = createResolver(slice);
  const pathItem = asObject(asObject(slice.paths)[path]);
  const operation = asObject(pathItem[method]);
  if (operation.requestBody === undefined) return slice;
  const components = asObject(slice.components);
  const schemas = asObject(components.schemas);
  const twins = Object.entries(schemas).map(([name, schema]) => [`${name}${suffix}`, forRequest(schema, resolve)]);
  const requestBody = forRequest(resolve(operation.requestBody), resolve);
  return {
    ...slice,
    paths: { [path]: { ...pathItem, [method]: { ...operation, requestBody } } },
    components: { ...components, schemas: { ...schemas, ...Object.fromEntries(twins) } },
  };
}

/** `waived` are the fields that another schema of the same value has as read-only. */
function forRequest(
  node: unknown,
  resolve: Resolve,
  waived: readonly string[] = [],
  around: readonly unknown[] = [],
): unknown {
  if (Array.isArray(node)) return node.map((item) => forRequest(item, resolve));
  if (typeof node !== 'object' || node === null) return node;
  const schema = node as JsonObject;
  const names = [...waived, ...readOnlyNames(schema, resolve)];
  const isWaived = (name: unknown): boolean => names.includes(`${name}`);
  const members = Object.entries(schema).map(([key, value]) => {
    if (valueKeys.has(key)) return [key, value];
    if (mapKeys.has(key)) return [key, mapValues(value, (each) => forRequest(each, resolve))];
    if (key === 'required' && Array.isArray(value)) return [key, value.filter((name) => !isWaived(name))];
    if (key === '$ref' && typeof value === 'string')
      return [key, value.replace(/^#\/components\/schemas\/[^/]+/, `$&${suffix}`)];
    if (key === 'allOf')
      return [key, asArray(value).map((part) => partForRequest(part, resolve, names, [...around, schema]))];
    return [key, forRequest(value, resolve)];
  });
  return Object.fromEntries(members);
}

/** A part that demands what another one has as read-only stands in its place. */
function partForRequest(
  part: unknown,
  resolve: Resolve,
  names: readonly string[],
  around: readonly unknown[],
): unknown {
  const { $ref, ...others } = asObject(part);
  const target = resolve(part);
  const own = typeof $ref === 'string' ? readOnlyNames(target, resolve) : [];
  const isAsked = asArray(target.required).some((name) => names.includes(`${name}`) && !own.includes(`${name}`));
  const isOwn = typeof $ref !== 'string' || around.includes(target) || !isAsked;
  return forRequest(isOwn ? part : { ...target, ...others }, resolve, names, around);
}

/** Returns the fields of a value that are read-only by a schema, or by what it is made of. */
function readOnlyNames(node: unknown, resolve: Resolve): string[] {
  return partsOf(node, resolve).flatMap(({ properties }) => {
    const own = Object.entries(asObject(properties)).filter(([, property]) => isReadOnly(property, resolve));
    return own.map(([name]) => name);
  });
}

function isReadOnly(node: unknown, resolve: Resolve): boolean {
  // What stands beside a `$ref` counts as well.
  const nodes = [node, ...partsOf(node, resolve).flatMap((part) => [part, ...asArray(part.allOf)])];
  return nodes.some((each) => asObject(each).readOnly === true);
}

function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  return Object.fromEntries(Object.entries(asObject(value)).map(([name, each]) => [name, change(each)]));
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
