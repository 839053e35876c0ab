import type { ValidationIssue } from '@nexconn-kit/contract';
import type { Call } from '../call/call.js';
import { callError } from '../call/call-errors.js';
import { type NexconnError, NexconnResponseError } from '../errors.js';
import type { Redact } from '../redaction/safe-cause.js';
import type { Api } from '../table-types.js';
import type { HttpResponse } from '../transport/transport.js';
import { describeBody, refusalError, statusError } from './api-error.js';

/** A response, and what it amounts to. */
export interface Answer {
  readonly response: HttpResponse;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
  /** The error that the call fails with; undefined where it succeeded. */
  readonly failure: NexconnError | undefined;
  /** Whether the body is an error body of the API. */
  readonly isRefusal: boolean;
  /** What was read otherwise than as the documented JSON. */
  readonly result?: readonly [result: unknown, isDescribed?: boolean];
  /** What is longer in a result than documented; undefined where nothing is. */
  readonly longTexts?: readonly ValidationIssue[] | undefined;
  /** Whether the API answered as documented, but with a result of another shape or user. */
  readonly hasWrongResult?: boolean;
}

// One for all texts: it keeps no state from one to the next.
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Returns the body of a response as JSON; undefined where it is not JSON in UTF-8. */
export function readBody({ bytes }: HttpResponse): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns whether a response is a success, a refusal of the API, or one that the API does not document. */
export function classifyAnswer(body: unknown, response: HttpResponse, call: Call, redact: Redact): Answer {
  const { status } = response;
  const { api, operation } = call;
  const { envelope } = api;
  const answer = { response, body, isRefusal: false, failure: undefined };
  const apiCode: unknown = envelope ? Reflect.get(Object(body), envelope.code) : undefined;
  if (envelope && typeof apiCode === 'number' && apiCode !== envelope.success) {
    const said: unknown = Reflect.get(Object(body), envelope.message);
    return { ...answer, isRefusal: true, failure: refusalError({ status, apiCode, said }, call, redact) };
  }
  if (status < 200 || status > 299) {
    const refusal = api.refusalOf?.(body, status, call);
    return { ...answer, isRefusal: !!refusal, failure: refusal ?? statusError(body, response, call) };
  }
  const read = operation?.read?.(response, body, operation);
  if (typeof read === 'string')
    return { ...answer, failure: malformedError(`${read} (${describeBody(response)})`, status, call) };
  if (read && !read[1]) return { ...answer, result: read };
  // By HTTP it has no body, whatever the document says.
  if (status === 204 && !envelope) return { ...answer, result: [undefined] };
  const bodyProblem = read ? undefined : problemOfBody(body, response, apiCode, call);
  if (bodyProblem) return { ...answer, failure: malformedError(bodyProblem, status, call) };
  const { problem, longTexts } = checkResult(read ? read[0] : resultOf(body, api), call);
  const failure = problem ? malformedError(problem, status, call) : undefined;
  return { ...answer, ...(read && { result: read }), failure, longTexts, hasWrongResult: !!failure };
}

/** Returns the result in the body of a successful answer. */
export function resultOf(body: unknown, { envelope }: Api): unknown {
  return envelope ? Reflect.get(Object(body), envelope.result) : body;
}

function problemOfBody(
  body: unknown,
  response: HttpResponse,
  apiCode: unknown,
  { api: { envelope }, operation }: Call,
): string | undefined {
  if (body === undefined) {
    // An operation that the document does not know should have a body.
    const isDocumented = operation?.hasAnswerBody ?? true;
    return isDocumented ? `a body that is not JSON (${describeBody(response)})` : undefined;
  }
  return envelope && typeof apiCode !== 'number' ? `a body without the number "${envelope.code}"` : undefined;
}

function malformedError(problem: string, status: number, call: Call): NexconnError {
  const said = `got HTTP ${status} with ${problem}. Check baseUrl and what stands between here and the API.`;
  return callError(NexconnResponseError, call, said, { code: 'MALFORMED_RESPONSE', status });
}

/** What became of the check of a result. */
interface CheckedResult {
  /** What is wrong with it, in words that hold nothing of it; undefined where nothing is. */
  readonly problem?: string | undefined;
  /** What is longer in it than documented; undefined where nothing is. */
  readonly longTexts?: readonly ValidationIssue[] | undefined;
}

/** Returns what the document, and the request, say against a result. */
function checkResult(result: unknown, call: Call): CheckedResult {
  const issues = call.operation?.validateResult?.(result) ?? [];
  // Services raise such limits, and the call has succeeded; but whoever stores the text has to know.
  const [wrong, ...others] = issues.filter(({ keyword }) => keyword !== 'maxLength' && keyword !== 'x-max-bytes');
  if (wrong) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    return { problem: `a result that does not fit the document: ${wrong.message.slice(0, -1)}${more}` };
  }
  const echo = findOtherEcho(result, call);
  if (echo) return { problem: `a result whose ${echo} is not that of the request; checkEchoes: false takes it` };
  return { longTexts: issues.length > 0 ? issues : undefined };
}

function findOtherEcho(result: unknown, { operation, sent }: Call): string | undefined {
  for (const [name, field] of Object.entries((sent && operation?.echoes) ?? {})) {
    const given = sent?.[field] ?? undefined;
    // A parameter is sent as text, whatever it was.
    if (given !== undefined && String(Reflect.get(Object(result), name)) !== String(given)) return name;
  }
  return undefined;
}
