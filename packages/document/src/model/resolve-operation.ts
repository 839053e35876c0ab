import { encodingOf } from '../forms/form-encoding.js';
import { isFormType, isJsonType, isLinesType } from '../forms/media-types.js';
import { appendPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference, isObject, readShape } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';
import { isPositiveInteger } from './check-extensions.js';
import { checkResponses } from './check-responses.js';
import { findMarked, type Mark, reportOtherMarks } from './marks.js';
import { resolveEchoes } from './resolve-echoes.js';
import { type EffectSources, resolveEffects } from './resolve-effects.js';
import { checkSecurity, resolveSecurity } from './security.js';
import type {
  OperationReporters,
  ProblemReporter,
  ResolvedBody,
  ResolvedEnvelope,
  ResolvedOperation,
  ResolvedParameter,
} from './types.js';

interface OperationContext extends OperationReporters {
  bundle: JsonObject;
  envelope: ResolvedEnvelope | null;
  path: string;
  method: string;
  pathItem: JsonObject;
  pointer: string;
  /** The operationId where it has none of its own. */
  derivedId: string;
}

const emptyIsAbsent: Mark = {
  name: 'x-empty-is-absent',
  problem: 'x-empty-is-absent stands where an empty text is sent as it is.',
  hint: 'Write it at a property of the request body itself, beside the $ref of a schema that is used elsewhere too.',
};

/** Headers that OpenAPI reserves: a parameter of this name has no meaning. */
const reservedHeaders = new Set(['accept', 'content-type', 'authorization']);

/** Returns one operation; one without an operationId has a derived one. */
export function resolveOperation(context: OperationContext): ResolvedOperation {
  const { bundle, path, method, pathItem, pointer, report, derivedId } = context;
  const node = asObject(pathItem[method]);
  const operationId = typeof node.operationId === 'string' && node.operationId !== '' ? node.operationId : derivedId;
  const parameters = resolveParameters(context, node);
  const body = resolveBody(context, node);
  nameFields(parameters, body);
  const { answer, ...success } = resolveSuccess(context, node);
  const requestFields = [
    ...(body?.shape.properties.keys() ?? []),
    ...parameters.filter((parameter) => parameter.in === 'path' || parameter.in === 'query').map(({ name }) => name),
  ];
  // A body that is open, or no object, may have any.
  const hasOthers = body?.field !== undefined;
  const answers = {
    bundle,
    hasOthers,
    ...success,
    responses: node.responses,
    pointer: appendPointer(pointer, 'responses'),
  };
  const echoes = resolveEchoes(answers, requestFields, report);
  const effectSources = { bundle, parameters, body: body?.schema, answer };
  const effects = resolveEffects(node['x-mock'], effectSources, appendPointer(pointer, 'x-mock'), report);
  checkSecurity(node.security, appendPointer(pointer, 'security'), report);
  const rateLimit = resolveRateLimit(node['x-rate-limit'], appendPointer(pointer, 'x-rate-limit'), report);
  return {
    operationId,
    typeName: toTypeName(operationId),
    method: method.toUpperCase(),
    path,
    summary: textOf(node.summary) || textOf(pathItem.summary),
    description: textOf(node.description) || textOf(pathItem.description),
    deprecated: node.deprecated === true,
    parameters,
    body,
    rateLimit,
    ...success,
    echoes,
    effects,
    ...resolveSecurity(node.security ?? bundle.security),
    pointer,
  };

  function textOf(value: Json | undefined): string {
    return typeof value === 'string' ? value.trim() : asTextFrom(bundle, value);
  }
}

function asTextFrom(bundle: JsonObject, value: Json | undefined): string {
  const target = dereference(bundle, value);
  return typeof target === 'string' ? target.trim() : '';
}

function resolveParameters(context: OperationContext, node: JsonObject): ResolvedParameter[] {
  const { bundle, pathItem, pointer, report } = context;
  const parameters = new Map<string, ResolvedParameter>();
  const levels = [
    [pathItem.parameters, pointer.slice(0, pointer.lastIndexOf('/'))],
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
      if (location !== 'path' && location !== 'query' && location !== 'header' && location !== 'cookie') {
        const hint = 'Use path, query, header or cookie.';
        report(place, `Parameter ${name} stands in ${location}; no call can send it there.`, hint);
        continue;
      }
      const marks = [{ ...emptyIsAbsent, taken: new Set<Json>() }];
      const walk = { bundle, marks, seen: new Set<Json>(), report };
      reportOtherMarks(parameter.schema, walk, appendPointer(place, 'schema'));
      parameters.set(`${location} ${name}`, {
        name,
        in: location,
        required: parameter.required === true,
        field: name,
        ...styleOf(parameter),
        description: typeof parameter.description === 'string' ? parameter.description.trim() : '',
        schema: schemaOf(parameter),
        pointer: place,
      });
    }
  }
  return [...parameters.values()];
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

function resolveBody(context: OperationContext, node: JsonObject): ResolvedBody | null {
  const { bundle, pointer, report } = context;
  if (node.requestBody === undefined) return null;
  const place = appendPointer(pointer, 'requestBody');
  const body = asObject(dereference(bundle, node.requestBody));
  const content = asObject(body.content);
  const types = Object.keys(content);
  const contentType = types.find(isJsonType) ?? types.find(isFormType) ?? types[0];
  if (contentType === undefined) return null;
  const schemaPlace = appendPointer(place, 'content', contentType, 'schema');
  const schema = (asObject(content[contentType]).schema ?? true) as Schema;
  const shape = readShape(bundle, schema);
  const resolved = asObject(dereference(bundle, schema as Json));
  const isOpen = isObject(resolved.additionalProperties) || isObject(resolved.patternProperties);
  const isNoObject = resolved.type !== undefined && resolved.type !== 'object';
  const isOfFields = isJsonType(contentType) || isFormType(contentType);
  const isWhole = !isOfFields || isNoObject || isOpen || shape.properties.size === 0;
  const required = body.required === true;
  const taken = new Set<Json>();
  const absent = [...shape.properties].filter(([, property]) => {
    const marked = findMarked(bundle, property as Json, emptyIsAbsent);
    if (marked) taken.add(marked);
    return marked?.['x-empty-is-absent'] === true;
  });
  const marks = [{ ...emptyIsAbsent, taken }];
  reportOtherMarks(schema as Json, { bundle, marks, seen: new Set(), report }, schemaPlace);
  return {
    ...{ contentType, required, schema, shape, emptyIsAbsent: absent.map(([name]) => name), pointer: schemaPlace },
    ...(isWhole && { field: 'body' }),
    ...(isLinesType(contentType) && resolved.type === 'array' && { isLines: true }),
    ...encodingOf(bundle, contentType, asObject(content[contentType])),
  };
}

const places = ['path', 'query', 'header', 'cookie'];

/**
 * Names the parameters of a flat request: the fields of the body keep their names, and so does the first of the parameters of
 * one name, in the order of path, query, header and cookie. Others have their place before them: `query.id`.
 */
function nameFields(parameters: readonly ResolvedParameter[], body: ResolvedBody | null): void {
  const taken = new Set(body?.field === undefined ? body?.shape.properties.keys() : [body.field]);
  const inOrder = [...parameters].sort((a, b) => places.indexOf(a.in) - places.indexOf(b.in));
  for (const parameter of inOrder) {
    if (taken.has(parameter.field)) parameter.field = `${parameter.in}.${parameter.name}`;
    taken.add(parameter.field);
  }
}

function resolveSuccess(
  { bundle, envelope, pointer, report }: OperationContext,
  node: JsonObject,
): Pick<
  ResolvedOperation,
  'successStatus' | 'statuses' | 'hasAnswerBody' | 'answerTypes' | 'item' | 'result' | 'resultPointer' | 'errors'
> &
  Pick<EffectSources, 'answer'> {
  const responses = asObject(node.responses);
  const place = appendPointer(pointer, 'responses');
  checkResponses(bundle, responses, place, report);
  const statuses = Object.keys(responses)
    .filter((key) => /^\d{3}$/.test(key))
    .map(Number)
    .sort((a, b) => a - b);
  const key = Object.keys(responses)
    .sort()
    .find((status) => /^2(\d\d|XX)$/.test(status));
  const errors = errorsOf(bundle, responses);
  const none = { answerTypes: [], item: null, result: null, errors, answer: undefined };
  if (key === undefined) {
    return { successStatus: statuses[0] ?? 200, statuses, hasAnswerBody: false, resultPointer: place, ...none };
  }
  const successStatus = key === '2XX' ? 200 : Number(key);
  const content = asObject(asObject(dereference(bundle, responses[key])).content);
  const types = Object.keys(content);
  const contentType = types.find(isJsonType);
  if (contentType === undefined) {
    const [first = ''] = types;
    const item = itemOf(bundle, first, asObject(content[first]));
    const hasAnswerBody = types.length > 0;
    return { successStatus, statuses, hasAnswerBody, resultPointer: place, ...none, answerTypes: types, item };
  }
  const schema = (asObject(content[contentType]).schema ?? true) as Schema;
  const result = envelope === null ? schema : (readShape(bundle, schema).properties.get(envelope.result) ?? null);
  const resultPointer = appendPointer(place, key, 'content', contentType, 'schema');
  return {
    ...none,
    ...{ successStatus, statuses, hasAnswerBody: true, answerTypes: [contentType], result, resultPointer },
    answer: schema,
  };
}

/** Returns the schema of an item of a stream; null for what is none, or where nothing is said of its items. */
function itemOf(bundle: JsonObject, contentType: string, { schema = true }: JsonObject): Schema | null {
  const { type, items = true } = asObject(dereference(bundle, schema));
  if (type === 'array') return items as Schema;
  // Before 3.2 many describe a line by the schema of the whole, and events as a text.
  return /^text\//i.test(contentType) ? null : (schema as Schema);
}

function errorsOf(bundle: JsonObject, responses: JsonObject): Record<string, Schema> {
  const entries = Object.entries(responses).flatMap(([status, node]) => {
    if (!/^([345](\d\d|XX)|default)$/.test(status)) return [];
    const content = asObject(asObject(dereference(bundle, node)).content);
    const media = Object.entries(content).find(([type]) => isJsonType(type))?.[1];
    return media === undefined ? [] : [[status, (asObject(media).schema ?? true) as Schema]];
  });
  return Object.fromEntries(entries);
}

function resolveRateLimit(
  value: Json | undefined,
  pointer: string,
  report: ProblemReporter,
): ResolvedOperation['rateLimit'] {
  if (value === undefined) return null;
  const { limit, windowSeconds, per } = asObject(value);
  const hasWindow = typeof windowSeconds === 'number' && windowSeconds > 0;
  if (isPositiveInteger(limit) && hasWindow && typeof per === 'string') {
    return { limit, windowSeconds, per };
  }
  const hint = 'Write x-rate-limit: { limit: 200, windowSeconds: 1, per: app-key }.';
  report(pointer, 'x-rate-limit has no positive whole limit, positive windowSeconds and per.', hint);
  return null;
}

/** Returns the name of a type: `IssueAccessToken` for `issueAccessToken` and `issue-access-token`. */
export function toTypeName(name: string): string {
  const joined = name
    .split(/[^A-Za-z0-9_$]+/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
  return /^[A-Za-z_$]/.test(joined) ? joined : `Schema${joined}`;
}
