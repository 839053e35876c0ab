import type { AnswerDraft, MockAnswer, MockRequest } from './types.js';

/** Puts an answer into text and adds the headers that every answer has. */
export function finishAnswer({ headers: asked }: MockRequest, draft: AnswerDraft): MockAnswer {
  const { status, headers, mediaType, body, cut } = draft;
  const isJson = body !== undefined && /[/+]json(?:;|$)/.test(mediaType);
  const contentType = isJson ? `${mediaType.split(';', 1)[0]}; charset=utf-8` : mediaType;
  const answer = {
    status,
    headers: {
      ...(body !== undefined && { 'Content-Type': contentType }),
      ...headers,
      ...echoRequestId(asked['x-request-id']),
    },
    body: isJson ? JSON.stringify(body) : `${body ?? ''}`,
  };
  return cut ? { ...answer, cut } : answer;
}

/** The document allows 36 characters; what is longer or not visible ASCII is not repeated into a header. */
function echoRequestId(requestId: string | undefined): Record<string, string> | undefined {
  return requestId !== undefined && /^[!-~]{1,36}$/.test(requestId) ? { 'X-Request-ID': requestId } : undefined;
}
