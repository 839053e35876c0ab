import type { Call } from './call.js';
import { type Answer, classifyAnswer } from './classify-answer.js';
import type { Redact } from './safe-cause.js';

/** A response read to its end, and what it amounts to. */
export interface Reply {
  readonly answer: Answer;
  /** The same response, to be read once more. */
  readonly response: Response;
}

// `new Response` refuses a body with these.
const statusesWithoutBody = [204, 205, 304];

/**
 * Makes sense of a response and its bytes; throws the error of one that is no answer of the API's.
 *
 * Such a response goes no further: whatever comes next expects the documented types.
 */
export function readReply(received: Response, bytes: Uint8Array<ArrayBuffer>, call: Call, redact: Redact): Reply {
  const { status, statusText, headers } = received;
  const parts = { status, headers, body: parseJson(bytes), sizeBytes: bytes.byteLength };
  const answer = classifyAnswer(parts, call, redact);
  const isConstructible = status >= 200 && status <= 599;
  if (answer.failure && !(answer.isRefusal && isConstructible)) throw answer.failure;
  const body = statusesWithoutBody.includes(status) ? null : bytes;
  return { answer, response: new Response(body, { status, statusText, headers }) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
