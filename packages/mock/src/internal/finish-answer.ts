import type { AnswerDraft, MockAnswer, MockRequest } from './types.js';

/** Puts an answer into text and adds the headers that every answer has. */
export function finishAnswer(request: MockRequest, draft: AnswerDraft): MockAnswer {
  return draft.cut ? { ...putIntoText(request, draft), cut: draft.cut } : putIntoText(request, draft);
}

function putIntoText(request: MockRequest, { status, headers, mediaType, body }: AnswerDraft): MockAnswer {
  const common = { ...headers, ...echoRequestId(request) };
  if (body === undefined) return { status, headers: common, body: '' };
  const [essence = ''] = mediaType.split(';', 1);
  if (!/[/+]json$/.test(essence)) return { status, headers: { 'Content-Type': mediaType, ...common }, body: `${body}` };
  const contentType = { 'Content-Type': `${essence}; charset=utf-8` };
  return { status, headers: { ...contentType, ...common }, body: JSON.stringify(body) };
}

/** The document allows 36 characters; what is longer or not visible ASCII is not repeated into a header. */
function echoRequestId({ headers }: MockRequest): Record<string, string> {
  const requestId = headers['x-request-id'] ?? '';
  return /^[!-~]{1,36}$/.test(requestId) ? { 'X-Request-ID': requestId } : {};
}
