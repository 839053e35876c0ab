import { toOperation } from '@nexconn-kit/document/compiler';
import type { ResolvedDocument, ResolvedOperation } from '../types.js';
import { Expression } from './literal.js';

/** An operation as the client reads it, and what its row names of other modules. */
export interface OperationRow {
  readonly row: object;
  /** Functions of the client that write or read what is not JSON. */
  readonly writers: readonly string[];
  readonly validators: readonly string[];
}

/** What of an operation's checks there is. */
export type CheckNames = ReadonlySet<string>;

/** Returns the rows of a document for its client; `checks` are the names of the validators that check anything. */
export function operationRow(operation: ResolvedOperation, checks: CheckNames): OperationRow {
  const { typeName, parameters, body, rateLimit, security } = operation;
  const { operationId, method, path, hasAnswerBody, echoes } = toOperation(operation);
  const writers: string[] = [];
  const writer = (name: string): Expression => {
    writers.push(name);
    return new Expression(name);
  };
  const validators = (['Parameters', 'Request', 'Result'] as const).flatMap((part) => {
    const name = `validate${typeName}${part}`;
    return checks.has(name) ? [[`validate${part}`, name] as const] : [];
  });
  const rows = parameters.map(({ name, in: place, required, field, style, explode, allowReserved }) => ({
    ...{ name, in: place, required },
    ...(field !== name && { field }),
    ...(style !== undefined && { style }),
    ...(explode !== undefined && { explode }),
    ...(allowReserved && { allowReserved }),
  }));
  const hasUrl = parameters.some(
    ({ in: place, style, explode }) => place !== 'header' || style !== undefined || explode !== undefined,
  );
  const bodyWriter = body && writerOf(body.contentType);
  const successes = operation.statuses.filter((status) => status >= 200 && status < 300);
  const reader = readerOf(operation) ?? (successes.length > 1 ? 'readOthers' : undefined);
  const row = {
    ...{ operationId, method, path, parameters: rows },
    ...(hasUrl && { write: writer('writeParameters') }),
    body: body && {
      ...{ contentType: body.contentType, required: body.required },
      ...(body.field !== undefined && { field: body.field }),
      emptyIsAbsent: body.emptyIsAbsent,
      ...(bodyWriter && { write: writer(bodyWriter) }),
    },
    rateLimit: rateLimit && { limit: rateLimit.limit, windowSeconds: rateLimit.windowSeconds },
    ...(security && { security }),
    hasAnswerBody,
    ...(successes.length > 1 && { successStatus: operation.successStatus }),
    ...(operation.answerTypes[0] !== undefined &&
      operation.answerTypes[0] !== 'application/json' && { accept: operation.answerTypes.join(', ') }),
    ...(reader && { read: writer(reader) }),
    ...(echoes && { echoes }),
    ...Object.fromEntries(validators.map(([key, name]) => [key, new Expression(name)])),
  };
  return { row, writers, validators: validators.map(([, name]) => name) };
}

/** Returns the names of the validators of a document that check anything. */
export function checkNamesOf({ operations }: Pick<ResolvedDocument, 'operations'>): CheckNames {
  const names = operations.flatMap(({ typeName, parameters, body, result }) => [
    ...(hasCheckedParameters(parameters) ? [`validate${typeName}Parameters`] : []),
    ...(body ? [`validate${typeName}Request`] : []),
    ...(result === null ? [] : [`validate${typeName}Result`]),
  ]);
  return new Set(names);
}

/** Whether there is a parameter that a validator sees: the request ID is the client's own. */
function hasCheckedParameters(parameters: ResolvedOperation['parameters']): boolean {
  return parameters.some(({ name }) => name.toLowerCase() !== 'x-request-id');
}

const isJson = (contentType: string): boolean => /^application\/(.+\+)?json(;|$)/i.test(contentType);

function writerOf(contentType: string): string | undefined {
  if (isJson(contentType)) return undefined;
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return 'writeForm';
  return /^multipart\//i.test(contentType) ? 'writeMultipart' : 'writeBytes';
}

/** Returns the name of what reads an answer that is not JSON. */
export function readerOf({ answerTypes: [first] }: Pick<ResolvedOperation, 'answerTypes'>): string | undefined {
  if (first === undefined || isJson(first)) return undefined;
  return /^text\/|[/+](xml|yaml|csv|jsonl|x-ndjson)\b/i.test(first) ? 'readText' : 'readBytes';
}
