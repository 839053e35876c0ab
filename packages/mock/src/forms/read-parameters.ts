import { asObject, createResolver, type JsonObject, parametersOf } from '../document/lookup.js';
import type { Route } from '../http/types.js';
import { toFormValue } from './form-value.js';
import { createPathSimplifier } from './path-text.js';
import { findWhole, readWholeQuery, type WholeParameter } from './read-whole-query.js';

/** Returns the values of the parameters in path and query, of which a path comes first. */
type ReadParameters = (
  route: Pick<Route, 'definition' | 'pathParameters'> & { readonly operation: Pick<Route['operation'], 'path'> },
  query: URLSearchParams,
) => JsonObject;

/** Creates what reads parameters by their schemas: numbers, booleans, lists and objects where those have them. */
export function createParameterReader(document: JsonObject): ReadParameters {
  const resolve = createResolver(document);
  const paths = asObject(document.paths);
  const described = new Map<JsonObject, Described>();

  function describe({ definition, operation }: Parameters<ReadParameters>[0]): Described {
    const known = described.get(definition);
    if (known) return known;
    const pathItem = resolve(paths[operation.path]);
    const nodes = parametersOf(pathItem, definition, resolve);
    const whole = findWhole(pathItem, definition, resolve);
    const simplify = createPathSimplifier(nodes, resolve);
    const media = { path: mediaOf(nodes, 'path'), query: mediaOf(nodes, 'query'), whole, simplify };
    described.set(definition, media);
    return media;
  }

  return function readParameters(route, query) {
    const media = describe(route);
    return {
      ...asObject(
        media.whole
          ? readWholeQuery(query, media.whole, resolve)
          : toFormValue([...query].map(toPart), media.query, resolve),
      ),
      ...asObject(toFormValue(Object.entries(media.simplify(route.pathParameters)).map(toPart), media.path, resolve)),
    };
  };
}

/** The parameters of each place as a form that has them as its fields. */
interface Described {
  readonly path: JsonObject;
  readonly query: JsonObject;
  readonly whole: WholeParameter | undefined;
  readonly simplify: ReturnType<typeof createPathSimplifier>;
}

function mediaOf(nodes: readonly JsonObject[], place: 'path' | 'query'): JsonObject {
  const own = nodes.filter((node) => node.in === place);
  const properties = own.map(({ name, schema, content }) => {
    const [media] = Object.values(asObject(content));
    return [name, schema ?? asObject(media).schema ?? {}];
  });
  const encoding = own.map(({ name, style, explode, content }) => {
    if (content !== undefined) return [name, { contentType: Object.keys(asObject(content))[0] }];
    return [name, place === 'path' ? { style: 'form', explode: false } : { style: style ?? 'form', explode }];
  });
  return { schema: { properties: Object.fromEntries(properties) }, encoding: Object.fromEntries(encoding) };
}

function toPart([name, text]: [name: string, text: string]) {
  return { name, mediaType: undefined, text };
}
