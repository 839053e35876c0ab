import {
  isBinary,
  isFormType,
  isJsonType,
  isObject,
  isPartsType,
  type JsonObject,
  type ResolvedOperation,
  type ResolvedParameter,
} from '@nexconn-kit/document/compiler';
import fc from 'fast-check';
import { type Breakage, type BrokenPlace, breakagesOf, breakValue, removed } from './break-value.js';
import { drawValue } from './draw-value.js';

/** A request apart from how it is written. */
export interface DrawnRequest {
  /** Parameters by their names in the flat request of the client. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Undefined for none. */
  readonly body: unknown;
  /** What was broken of it, in words; left out where nothing was. */
  readonly broken?: string;
}

/** The parameters that are drawn: the request ID is the client's own. */
function drawnOf({ parameters }: ResolvedOperation): ResolvedOperation['parameters'] {
  return parameters.filter(({ name }) => name.toLowerCase() !== 'x-request-id');
}

/** Returns what a parameter is written as: the query as a whole is a form or a value, as a body is. */
function placeOf({ in: place, contentType }: Pick<ResolvedParameter, 'in' | 'contentType'>): BrokenPlace {
  if (contentType === undefined) return place;
  return isForm(contentType) ? 'form' : 'body';
}

/** Whether a value is written as texts of its fields or parts, which have no types of their own. */
function isForm(contentType: string): boolean {
  return isFormType(contentType) || isPartsType(contentType);
}

/** Draws requests of an operation that keep to its document. */
export function drawRequest(operation: ResolvedOperation, bundle: JsonObject): fc.Arbitrary<DrawnRequest> {
  const parameters = drawnOf(operation);
  const model = Object.fromEntries(
    parameters.map((parameter) => {
      const place = placeOf(parameter);
      return [parameter.field, drawValue(parameter.schema, bundle, place === 'form' ? 'body' : place)];
    }),
  );
  const requiredKeys = parameters.filter(({ required }) => required).map(({ field }) => field);
  const { body } = operation;
  const drawnBody = body
    ? drawValue(body.schema, bundle, 'body').map((value) => toWritable(value, body))
    : fc.constant(undefined);
  return fc.record({
    parameters: fc.record(model, { requiredKeys }),
    body: body && !body.required ? fc.option(drawnBody, { nil: undefined, freq: 4 }) : drawnBody,
  });
}

/**
 * Returns a drawn body as it can be written: one of no bytes is none, and a file of a form is bytes, whatever its schema leaves open.
 */
function toWritable(value: unknown, { contentType, encoding = {} }: NonNullable<ResolvedOperation['body']>): unknown {
  if (isJsonType(contentType)) return value;
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (value === '' || (isEmpty && !isPartsType(contentType))) return undefined;
  if (!isPartsType(contentType) || !isObject(value)) return value;
  const fields = Object.entries(value).map(([name, field]) => {
    const isFile = isBinary({ contentMediaType: encoding[name]?.contentType ?? 'text/plain' });
    return [name, isFile && !isOfTexts(field) ? JSON.stringify(field) : field];
  });
  return Object.fromEntries(fields);
}

function isOfTexts(field: unknown): boolean {
  const parts = Array.isArray(field) && field.length > 0 ? field : [field];
  return parts.every((part) => typeof part === 'string');
}

/** A way to break one part of a request. */
interface RequestBreakage extends Breakage {
  readonly part: 'parameters' | 'body';
}

/** Draws requests with one thing broken; undefined for an operation that has nothing to break. */
export function drawBroken(operation: ResolvedOperation, bundle: JsonObject): fc.Arbitrary<DrawnRequest> | undefined {
  const ways = waysToBreak(operation, bundle);
  if (ways.length === 0) return undefined;
  return fc.tuple(drawRequest(operation, bundle), fc.constantFrom(...ways)).map(([request, way]) => {
    const broken = breakValue(request[way.part], way);
    return broken ? { ...request, [way.part]: broken.value, broken: describe(way) } : request;
  });
}

function waysToBreak(operation: ResolvedOperation, bundle: JsonObject): RequestBreakage[] {
  const ofParameters = drawnOf(operation).flatMap(({ field, schema, required, ...parameter }) => [
    ...breakagesOf(schema, bundle, placeOf(parameter))
      // A parameter that is null is not sent.
      .filter(({ path, change }) => path.length > 0 || !change.startsWith('null '))
      .map((each) => ({ ...each, path: [field, ...each.path] })),
    // Without it the path is another one.
    ...(required && parameter.in !== 'path' ? [{ path: [field], change: 'left out', apply: () => removed }] : []),
  ]);
  const { body } = operation;
  const isOfFields = body?.field === undefined;
  const ofBody = body
    ? breakagesOf(body.schema, bundle, isForm(body.contentType) ? 'form' : 'body').filter(
        ({ path, change }) => !isOfFields || path.length > 0 || change === 'a field too many',
      )
    : [];
  return [
    ...ofParameters.map((each) => ({ ...each, part: 'parameters' as const })),
    ...ofBody.map((each) => ({ ...each, part: 'body' as const })),
  ];
}

function describe({ path, change }: Breakage): string {
  return path.length === 0 ? change : `${path.join('.')}: ${change}`;
}

/** Returns the flat request of the client. */
export function toFlat({ body: documented }: ResolvedOperation, { parameters, body }: DrawnRequest): object {
  if (body === undefined) return parameters;
  if (documented?.field !== undefined) return { ...parameters, [documented.field]: body };
  return { ...(isObject(body) ? body : {}), ...parameters };
}
