import { encodingOf } from '../forms/form-encoding.js';
import { appendPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';
import { type Mark, reportOtherMarks } from './marks.js';
import {
  isWholeQuery,
  type OperationReporters,
  type ResolvedBody,
  type ResolvedEnvelope,
  type ResolvedParameter,
} from './types.js';

/** An operation as it stands in a document, and what is known around it. */
export interface OperationContext extends OperationReporters {
  bundle: JsonObject;
  /** The names of extensions that the document has anywhere. */
  extensions: ReadonlySet<string>;
  envelope: ResolvedEnvelope | null;
  path: string;
  method: string;
  pathItem: JsonObject;
  node: JsonObject;
  pointer: string;
  /** The operationId where it has none of its own. */
  derivedId: string;
}

/** Marks a field of which an empty text counts as not sent; it has no meaning at a parameter. */
export const emptyIsAbsent: Mark = {
  name: 'x-empty-is-absent',
  problem: 'x-empty-is-absent stands where an empty text is sent as it is.',
  hint: 'Write it at a property of the request body itself, beside the $ref of a schema that is used elsewhere too.',
};

/** Headers that OpenAPI reserves: a parameter of this name has no meaning. */
const reservedHeaders = new Set(['accept', 'content-type', 'authorization']);

/** Where a parameter can stand, in the order in which those of one name are told apart. */
const places = ['path', 'query', 'header', 'cookie'];

/** Returns the parameters of an operation, with those of its path. */
export function resolveParameters(context: OperationContext): ResolvedParameter[] {
  const { bundle, extensions, path, pathItem, node, pointer, report } = context;
  const parameters = new Map<string, ResolvedParameter>();
  const levels = [
    [pathItem.parameters, appendPointer('#/paths', path)],
    [node.parameters, pointer],
  ] as const;
  for (const [list, owner] of levels) {
    for (const [index, entry] of asArray(list).entries()) {
      const place = appendPointer(owner, 'parameters', index);
      const parameter = asObject(dereference(bundle, entry));
      const name = String(parameter.name);
      const location = parameter.in;
      if (typeof parameter.name !== 'string' || typeof location !== 'string') {
        report(place, 'This is no parameter: it lacks name or in.', 'Write { name: limit, in: query, schema: { … } }.');
        continue;
      }
      if (location === 'header' && reservedHeaders.has(name.toLowerCase())) continue;
      const whole = location === 'querystring' ? wholeQueryOf(bundle, parameter) : undefined;
      if (location === 'querystring' && whole === undefined) {
        const hint = 'Write content: { application/x-www-form-urlencoded: { schema: { … } } } in place of its schema.';
        report(place, `Parameter ${name} is the query as a whole, and has no content.`, hint);
        continue;
      }
      if (!places.includes(location) && !whole) {
        const hint = 'Use path, query, header or cookie, or querystring for the query as a whole.';
        report(place, `Parameter ${name} stands in ${location}; no call can send it there.`, hint);
        continue;
      }
      const marks = [{ ...emptyIsAbsent, taken: new Set<Json>() }];
      reportOtherMarks(parameter.schema, { bundle, marks, extensions, report }, appendPointer(place, 'schema'));
      parameters.set(`${location} ${name}`, {
        name,
        in: whole ? 'query' : (location as ResolvedParameter['in']),
        required: parameter.required === true,
        field: name,
        ...(whole ?? styleOf(parameter)),
        description: typeof parameter.description === 'string' ? parameter.description.trim() : '',
        schema: schemaOf(parameter),
        pointer: place,
      });
    }
  }
  const inQuery = [...parameters.values()].filter((parameter) => parameter.in === 'query');
  const whole = inQuery.length > 1 ? inQuery.find(isWholeQuery) : undefined;
  if (whole) {
    const hint = 'Describe the query as a whole by one parameter, or leave that out.';
    report(whole.pointer, `Parameter ${whole.name} is the query as a whole, beside other parameters of it.`, hint);
  }
  return [...parameters.values()];
}

/** Returns how the query is written where one parameter is all of it; undefined for one without a media type. */
function wholeQueryOf(
  bundle: JsonObject,
  { content }: JsonObject,
): Pick<ResolvedParameter, 'contentType' | 'encoding'> | undefined {
  const [[contentType, media] = []] = Object.entries(asObject(content));
  if (contentType === undefined) return undefined;
  return { contentType, ...encodingOf(bundle, contentType, asObject(media)) };
}

/** Returns the schema of a parameter, also of one that is written as some media type. */
function schemaOf({ schema, content }: JsonObject): Schema {
  const [media] = Object.values(asObject(content));
  return (schema ?? asObject(media).schema ?? true) as Schema;
}

/** Returns how a parameter becomes text, where that is not the default of its place. */
function styleOf(parameter: JsonObject): Pick<ResolvedParameter, 'style' | 'explode' | 'allowReserved'> {
  const byDefault = parameter.in === 'query' || parameter.in === 'cookie' ? 'form' : 'simple';
  const style = parameter.content ? 'json' : typeof parameter.style === 'string' ? parameter.style : byDefault;
  const explode = parameter.explode ?? style === 'form';
  return {
    ...(style !== byDefault && { style }),
    ...(typeof parameter.explode === 'boolean' && explode !== (style === 'form') && { explode: parameter.explode }),
    ...(parameter.allowReserved === true && { allowReserved: true }),
  };
}

/**
 * Names the parameters of a flat request: the fields of the body keep their names, and so does the first of the parameters of
 * one name, in the order of path, query, header and cookie. Others have their place before them: `query.id`.
 */
export function nameFields(parameters: readonly ResolvedParameter[], body: ResolvedBody | null): void {
  const taken = new Set(body?.field === undefined ? body?.shape.properties.keys() : [body.field]);
  const inOrder = [...parameters].sort((a, b) => places.indexOf(a.in) - places.indexOf(b.in));
  for (const parameter of inOrder) {
    if (taken.has(parameter.field)) parameter.field = `${parameter.in}.${parameter.name}`;
    taken.add(parameter.field);
  }
}
