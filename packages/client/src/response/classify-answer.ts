import type { ValidationIssue } from '@nexconn-kit/contract';
import { type Call, detailsOf } from '../call/call.js';
import { type NexconnError, NexconnResponseError } from '../errors.js';
import { envelope } from '../generated/nexconn/tables.gen.js';
import type { Redact } from '../redaction/safe-cause.js';
import type { HttpResponse } from '../transport/transport.js';
import { describeBody, refusalError, statusError } from './api-error.js';
import { checkResult } from './check-result.js';

/** A response, and what it amounts to. */
export interface Answer {
  readonly response: HttpResponse;
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
  /** The error that the call fails with; undefined where it succeeded. */
  readonly failure: NexconnError | undefined;
  /** Whether the body is an error body of the API. */
  readonly isRefusal: boolean;
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
  const isOk = status >= 200 && status < 300;
  const apiCode = apiCodeOf(body);
  if (isRefusalCode(apiCode)) {
    const said = envelope ? Reflect.get(Object(body), envelope.message) : undefined;
    return { response, body, isRefusal: true, failure: refusalError({ status, apiCode, said }, call, redact) };
  }
  if (!isOk) return { response, body, isRefusal: false, failure: statusError(body, response, call) };
  const bodyProblem = problemOfBody(body, response, apiCode, call);
  if (bodyProblem) return { response, body, isRefusal: false, failure: malformedError(bodyProblem, status, call) };
  const { problem, longTexts } = checkResult(resultOf(body), call);
  const failure = problem ? malformedError(problem, status, call) : undefined;
  return { response, body, isRefusal: false, failure, longTexts, hasWrongResult: failure !== undefined };
}

/** Returns the result in the body of a successful answer. */
export function resultOf(body: unknown): unknown {
  return envelope ? Reflect.get(Object(body), envelope.result) : body;
}

function apiCodeOf(body: unknown): unknown {
  return envelope ? Reflect.get(Object(body), envelope.code) : undefined;
}

function isRefusalCode(apiCode: unknown): apiCode is number {
  return typeof apiCode === 'number' && apiCode !== envelope?.success;
}

function problemOfBody(body: unknown, response: HttpResponse, apiCode: unknown, call: Call): string | undefined {
  if (body === undefined) {
    // An operation that the document does not know should have a body.
    const isDocumented = call.operation?.hasAnswerBody ?? true;
    return isDocumented ? `a body that is not JSON (${describeBody(response)})` : undefined;
  }
  return envelope && typeof apiCode !== 'number' ? `a body without the number "${envelope.code}"` : undefined;
}

function malformedError(problem: string, status: number, call: Call): NexconnError {
  const message = `${call.title} got HTTP ${status} with ${problem}. Check baseUrl and what stands between here and the API.`;
  return new NexconnResponseError(message, { code: 'MALFORMED_RESPONSE', status, ...detailsOf(call) });
}
