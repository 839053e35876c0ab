import { type Call, detailsOf } from '../call/call.js';
import { type NexconnError, NexconnResponseError } from '../errors.js';
import { envelope } from '../generated/nexconn/tables.gen.js';
import { refusalError, statusError } from './api-error.js';
import { describeBody, type ResponseParts } from './response-parts.js';
import { documentsBody, missingField } from './result-shape.js';
import type { Redact } from './safe-cause.js';

/** What a response amounts to. */
export interface Answer {
  /** The body as JSON; undefined where it is none. */
  readonly body: unknown;
  /** The error that the call ends in; undefined where it succeeded. */
  readonly failure?: NexconnError;
  /** Whether the body is an error body of the API. */
  readonly isRefusal: boolean;
}

/** Decides between success, a refusal of the API, and a response that the API does not document. */
export function classifyAnswer(parts: ResponseParts, call: Call, redact: Redact): Answer {
  const { status, body } = parts;
  const isOk = status >= 200 && status < 300;
  const apiCode = apiCodeOf(body);
  if (isRefusalCode(apiCode)) {
    const said = envelope ? Reflect.get(Object(body), envelope.message) : undefined;
    return { body, isRefusal: true, failure: refusalError({ status, apiCode, said }, call, redact) };
  }
  if (!isOk) return { body, isRefusal: false, failure: statusError(parts, call) };
  const problem = problemOf(parts, apiCode, call);
  if (!problem) return { body, isRefusal: false };
  const message = `${call.title} got HTTP ${status} with ${problem}. Check baseUrl and what stands between here and the API.`;
  const failure = new NexconnResponseError(message, { code: 'MALFORMED_RESPONSE', status, ...detailsOf(call) });
  return { body, isRefusal: false, failure };
}

/** Gives the result out of a successful answer's body. */
export function resultOf(body: unknown): unknown {
  return envelope ? Reflect.get(Object(body), envelope.result) : body;
}

function apiCodeOf(body: unknown): unknown {
  return envelope ? Reflect.get(Object(body), envelope.code) : undefined;
}

function isRefusalCode(apiCode: unknown): apiCode is number {
  return typeof apiCode === 'number' && apiCode !== envelope?.success;
}

function problemOf(parts: ResponseParts, apiCode: unknown, { operation }: Call): string | undefined {
  if (parts.body === undefined) {
    return documentsBody(operation) ? `a body that is not JSON (${describeBody(parts)})` : undefined;
  }
  if (envelope && typeof apiCode !== 'number') return `a body without the number "${envelope.code}"`;
  const missing = missingField(operation, resultOf(parts.body));
  if (missing === undefined) return undefined;
  return missing === '' ? 'a body without a result' : `a result without "${missing}"`;
}
