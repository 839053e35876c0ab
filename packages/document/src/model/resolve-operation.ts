import type { HttpMethod, Operation, OperationBody } from '@nexconn-kit/contract';
import { encodingOf } from '../forms/form-encoding.js';
import { isEventsType, isFormType, isJsonType, isLinesType } from '../forms/media-types.js';
import { appendPointer } from '../json/json-pointer.js';
import { asObject, dereference, isObject, readShape } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';
import { isPositiveInteger } from './check-extensions.js';
import { checkResponses } from './check-responses.js';
import { findMarked, reportOtherMarks } from './marks.js';
import { resolveEchoes } from './resolve-echoes.js';
import { type EffectSources, resolveEffects } from './resolve-effects.js';
import { emptyIsAbsent, nameFields, type OperationContext, resolveParameters } from './resolve-parameters.js';
import { checkSecurity, resolveSecurity } from './security.js';
import type { ProblemReporter, ResolvedBody, ResolvedOperation } from './types.js';

/** Returns one operation; one without an operationId has a derived one. */
export function resolveOperation(context: OperationContext): ResolvedOperation {
  const { bundle, extensions, path, method, pathItem, node, pointer, report, derivedId } = context;
  const operationId = typeof node.operationId === 'string' && node.operationId !== '' ? node.operationId : derivedId;
  const parameters = resolveParameters(context);
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
    ...{ bundle, extensions, hasOthers },
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
    method,
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

function resolveBody(context: OperationContext, node: JsonObject): ResolvedBody | null {
  const { bundle, extensions, pointer, report } = context;
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
  reportOtherMarks(schema as Json, { bundle, marks, extensions, report }, schemaPlace);
  return {
    ...{ contentType, required, schema, shape, emptyIsAbsent: absent.map(([name]) => name), pointer: schemaPlace },
    ...(isWhole && { field: 'body' }),
    ...(isLinesType(contentType) && resolved.type === 'array' && { isLines: true }),
    ...encodingOf(bundle, contentType, asObject(content[contentType])),
  };
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
  const isLines = isLinesType(contentType);
  if (!isLines && !isEventsType(contentType)) return null;
  const { type, items = true } = asObject(dereference(bundle, schema));
  if (type === 'array') return items as Schema;
  // Before 3.2 many describe a line by the schema of the whole, and events as a text.
  return isLines ? (schema as Schema) : null;
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

/** Returns the operation as a row of the operation table. */
export function toOperation(operation: ResolvedOperation): Operation {
  const { operationId, method, path, summary, parameters, body } = operation;
  const { rateLimit, successStatus, statuses, hasAnswerBody, echoes, effects } = operation;
  return {
    operationId,
    method: method as HttpMethod,
    path,
    summary,
    parameters: parameters.flatMap(({ name, in: place, required }) => {
      return place === 'cookie' ? [] : [{ name, in: place, required }];
    }),
    body: body === null ? null : toOperationBody(body),
    rateLimit,
    successStatus,
    statuses,
    hasAnswerBody,
    ...(Object.keys(echoes).length > 0 && { echoes }),
    ...(effects.length > 0 && { effects }),
  };
}

function toOperationBody({ contentType, required, shape, emptyIsAbsent }: ResolvedBody): OperationBody {
  return { contentType, required, fields: [...shape.properties.keys()], emptyIsAbsent };
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
