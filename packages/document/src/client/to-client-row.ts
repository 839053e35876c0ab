import { isEventsType, isJsonType, isLinesType } from '../forms/media-types.js';
import { asObject } from '../json/references.js';
import type { Schema } from '../json/types.js';
import { toOperation } from '../model/resolve-operation.js';
import { isWholeQuery, type ResolvedBody, type ResolvedOperation } from '../model/types.js';
import type { ValidatedPart } from '../validators/compile-validators.js';

/** What stands in a row for functions: themselves as a process runs, their names where code is written. */
export interface RowFunctions {
  /** Returns what stands for a function of the client that writes or reads what is not JSON. */
  readonly writer: (name: string) => unknown;
  /** Returns what stands for the validator of a part of the operation; undefined where there is nothing to check. */
  readonly validator: (part: ValidatedPart) => unknown;
}

const parts = { parameters: 'validateParameters', request: 'validateRequest', result: 'validateResult' } as const;

/** Returns an operation as the client reads it: its `Operation`. */
export function toClientRow(operation: ResolvedOperation, { writer, validator }: RowFunctions): object {
  const { parameters, body, rateLimit, security } = operation;
  const { operationId, method, path, hasAnswerBody, echoes } = toOperation(operation);
  const rows = parameters.map(
    ({ name, in: place, required, field, style, explode, allowReserved, contentType, encoding }) => ({
      ...{ name, in: place, required },
      ...(field !== name && { field }),
      ...(style !== undefined && { style }),
      ...(explode !== undefined && { explode }),
      ...(allowReserved && { allowReserved }),
      ...(contentType !== undefined && { contentType }),
      ...(encoding && { encoding }),
    }),
  );
  const hasUrl = parameters.some(
    ({ in: place, style, explode, schema }) =>
      place !== 'header' || style !== undefined || explode !== undefined || mayBeObject(schema),
  );
  const bodyWriter = body && writerOf(body);
  const successes = operation.statuses.filter((status) => status >= 200 && status < 300);
  const reader = readerOf(operation) ?? (successes.length > 1 ? 'readOthers' : undefined);
  const validators = Object.entries(parts)
    .map(([part, key]) => [key, validator(part as ValidatedPart)] as const)
    .filter(([, value]) => value !== undefined);
  return {
    ...{ operationId, method, path, parameters: rows },
    ...(hasUrl && { write: writer(parameters.some(isWholeQuery) ? 'writeWholeQuery' : 'writeParameters') }),
    body: body && {
      ...{ contentType: body.contentType, required: body.required },
      ...(body.field !== undefined && { field: body.field }),
      ...(body.emptyIsAbsent.length > 0 && { emptyIsAbsent: body.emptyIsAbsent }),
      ...(body.encoding && { encoding: body.encoding }),
      ...(bodyWriter && { write: writer(bodyWriter) }),
    },
    ...(rateLimit && { rateLimit: { limit: rateLimit.limit, windowSeconds: rateLimit.windowSeconds } }),
    ...(security && { security }),
    ...(!hasAnswerBody && { hasAnswerBody }),
    ...(successes.length > 1 && { successStatus: operation.successStatus }),
    ...(operation.answerTypes[0] !== undefined &&
      operation.answerTypes[0] !== 'application/json' && { accept: operation.answerTypes.join(', ') }),
    ...(reader && { read: writer(reader) }),
    ...(echoes && { echoes }),
    ...Object.fromEntries(validators),
  };
}

function writerOf({ contentType, isLines }: ResolvedBody): string | undefined {
  if (isJsonType(contentType)) return undefined;
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return 'writeForm';
  if (isLines) return 'writeLines';
  return /^multipart\//i.test(contentType) ? 'writeMultipart' : 'writeBytes';
}

/** Returns the name of what reads an answer that is not JSON. */
export function readerOf({
  answerTypes: [first],
  item,
}: Pick<ResolvedOperation, 'answerTypes' | 'item'>): string | undefined {
  if (first === undefined || isJsonType(first)) return undefined;
  if (isLinesType(first)) return 'readLines';
  if (item !== null && isEventsType(first)) return 'readEvents';
  return /^text\/|[/+](xml|yaml|csv|jsonl|x-ndjson)\b/i.test(first) ? 'readText' : 'readBytes';
}

/** Whether a value of a schema may have members: which types others have that it refers to is not asked. */
function mayBeObject(schema: Schema): boolean {
  const { type = 'object' } = asObject(schema);
  return [type].flat().includes('object');
}
