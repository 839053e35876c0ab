import { ApiRefusal } from './api-error.js';
import { errorBody } from './error-body.js';
import { shorten } from './shorten.js';
import type { AnswerDraft, Api } from './types.js';

/** The document bounds the message; two thousand characters name a few dozen fields. */
const maxMessageLength = 2000;

/** Makes the function that turns whatever a step threw into an answer of the API, and a reason for the log. */
export function createRefusalAnswer(
  api: Api,
): (error: unknown) => { readonly draft: AnswerDraft; readonly reason: string } {
  return function refuse(error) {
    const refusal = error instanceof ApiRefusal ? error : failedInside(error);
    const entry = api.errors[refusal.error];
    const draft = {
      status: refusal.status ?? entry.httpStatus,
      headers: refusal.headers,
      mediaType: 'application/json',
      body: errorBody(api, entry.code, shorten(refusal.message, maxMessageLength)),
    };
    return { draft, reason: refusal.reason };
  };
}

function failedInside(error: unknown): ApiRefusal {
  const reason = `The mock failed inside: ${error instanceof Error ? error.message : typeof error}`;
  return new ApiRefusal('InternalError', 'The mock failed inside; its log says why.', { reason });
}
