import { appendPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference, isObject, readShape } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';
import { isPositiveInteger } from './check-extensions.js';
import { checkResponses } from './check-responses.js';
import { findMarked, type Mark, reportOtherMarks } from './marks.js';
import { resolveEchoes } from './resolve-echoes.js';
import { type EffectSources, resolveEffects } from './resolve-effects.js';
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
  const { bundle, path, method, pathItem, pointer, report, reportCall, derivedId } = context;
  const node = asObject(pathItem[method]);
  const operationId = typeof node.operationId === 'string' && node.operationId !== '' ? node.operationId : derivedId;
  const parameters = resolveParameters(context, node);
  const body = resolveBody(context, node);
  checkClashes(operationId, parameters, body, reportCall);
  const { answer, ...success } = resolveSuccess(context, node);
  const requestFields = [
    ...(body?.shape.properties.keys() ?? []),
    ...parameters.filter((parameter) => parameter.in === 'path' || parameter.in === 'query').map(({ name }) => name),
  ];
  const answers = { bundle, ...success, responses: node.responses, pointer: appendPointer(pointer, 'responses') };
  const echoes = resolveEchoes(answers, requestFields, report);
  const effectSources = { bundle, parameters, body: body?.schema, answer };
  const effects = resolveEffects(node['x-mock'], effectSources, appendPointer(pointer, 'x-mock'), report);
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
  const { bundle, pathItem, pointer, report, reportCall } = context;
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
      if (location === 'cookie') {
        const hint = 'Use path, query or header; a cookie that carries credentials belongs in a security scheme.';
        reportCall(place, `Parameter ${name} stands in cookie; no call can send it there.`, hint);
      } else checkStyle(parameter, location, place, reportCall);
      const walk = { bundle, mark: emptyIsAbsent, taken: new Set<Json>(), seen: new Set<Json>(), report };
      reportOtherMarks(parameter.schema, walk, appendPointer(place, 'schema'));
      parameters.set(`${location} ${name}`, {
        name,
        in: location,
        required: parameter.required === true,
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

function checkStyle(parameter: JsonObject, location: string, place: string, report: ProblemReporter): void {
  const style = location === 'query' ? 'form' : 'simple';
  const explode = location === 'query';
  const isDefault =
    (parameter.style ?? style) === style && (parameter.explode ?? explode) === explode && !parameter.content;
  if (isDefault) return;
  const message = `Parameter ${String(parameter.name)} has a style, explode or content that no call can send.`;
  report(place, message, `Use "schema" with style ${style} and explode ${explode}, which are the defaults.`);
}

const jsonHint = 'Describe the body under application/json.';

function resolveBody(context: OperationContext, node: JsonObject): ResolvedBody | null {
  const { bundle, pointer, report, reportCall } = context;
  if (node.requestBody === undefined) return null;
  const place = appendPointer(pointer, 'requestBody');
  const body = asObject(dereference(bundle, node.requestBody));
  const content = asObject(body.content);
  const types = Object.keys(content);
  const contentType = types.find(isJsonType) ?? types[0];
  if (contentType === undefined) {
    reportCall(appendPointer(place, 'content'), 'The request body is nothing; only JSON can be sent.', jsonHint);
    return null;
  }
  if (!isJsonType(contentType)) {
    reportCall(
      appendPointer(place, 'content'),
      `The request body is ${types.join(', ')}; only JSON can be sent.`,
      jsonHint,
    );
  }
  const schemaPlace = appendPointer(place, 'content', contentType, 'schema');
  const schema = (asObject(content[contentType]).schema ?? true) as Schema;
  const shape = readShape(bundle, schema);
  const resolved = asObject(dereference(bundle, schema as Json));
  const isOpen = isObject(resolved.additionalProperties) || isObject(resolved.patternProperties);
  const isNoObject = resolved.type !== undefined && resolved.type !== 'object';
  if (isJsonType(contentType) && (isNoObject || isOpen || shape.properties.size === 0)) {
    const found = isNoObject ? `of type ${JSON.stringify(resolved.type)}` : 'an object without a fixed list of fields';
    const message = `The request body is ${found}; a call merges named fields into its request.`;
    reportCall(schemaPlace, message, 'Put it into a property of an object, such as { items: [...] }.');
  }
  const required = body.required === true;
  const taken = new Set<Json>();
  const absent = [...shape.properties].filter(([, property]) => {
    const marked = findMarked(bundle, property as Json, emptyIsAbsent);
    if (marked) taken.add(marked);
    return marked?.['x-empty-is-absent'] === true;
  });
  reportOtherMarks(schema as Json, { bundle, mark: emptyIsAbsent, taken, seen: new Set(), report }, schemaPlace);
  return { contentType, required, schema, shape, emptyIsAbsent: absent.map(([name]) => name), pointer: schemaPlace };
}

function checkClashes(
  operationId: string,
  parameters: readonly ResolvedParameter[],
  body: ResolvedBody | null,
  reportCall: ProblemReporter,
): void {
  const taken = new Map<string, string>();
  for (const name of body?.shape.properties.keys() ?? []) taken.set(name, 'a field of its body');
  for (const { name, in: location, pointer } of parameters) {
    const other = taken.get(name);
    if (other !== undefined) {
      const message = `${operationId} has ${name} both as a ${location} parameter and as ${other}.`;
      reportCall(pointer, message, 'Rename one: a call takes them all in one flat request.');
    }
    taken.set(name, `a ${location} parameter`);
  }
}

function resolveSuccess(
  { bundle, envelope, method, path, pointer, report, reportCall }: OperationContext,
  node: JsonObject,
): Pick<ResolvedOperation, 'successStatus' | 'statuses' | 'hasAnswerBody' | 'result' | 'resultPointer'> &
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
  if (key === undefined) {
    const hint = 'Write the answer of a successful call under its status, such as "200".';
    reportCall(place, `${method.toUpperCase()} ${path} documents no 2xx answer.`, hint);
    const successStatus = statuses[0] ?? 200;
    return { successStatus, statuses, hasAnswerBody: false, result: null, resultPointer: place, answer: undefined };
  }
  const successStatus = key === '2XX' ? 200 : Number(key);
  const content = asObject(asObject(dereference(bundle, responses[key])).content);
  const contentType = Object.keys(content).find(isJsonType);
  if (contentType === undefined) {
    if (Object.keys(content).length > 0) {
      const message = `The ${key} answer is ${Object.keys(content).join(', ')}; only JSON can be read.`;
      reportCall(appendPointer(place, key), message, 'Describe the answer under application/json.');
    }
    return {
      successStatus,
      statuses,
      hasAnswerBody: Object.keys(content).length > 0,
      result: null,
      resultPointer: place,
      answer: undefined,
    };
  }
  const schema = (asObject(content[contentType]).schema ?? true) as Schema;
  const result = envelope === null ? schema : (readShape(bundle, schema).properties.get(envelope.result) ?? null);
  const resultPointer = appendPointer(place, key, 'content', contentType, 'schema');
  return { successStatus, statuses, hasAnswerBody: true, result, resultPointer, answer: schema };
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

/** Whether a media type is JSON. */
export function isJsonType(contentType: string): boolean {
  return /^application\/(.+\+)?json(;|$)/i.test(contentType);
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
