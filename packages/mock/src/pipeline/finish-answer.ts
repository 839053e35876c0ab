import type { AnswerDraft, MockAnswer, MockRequest } from '../http/types.js';

/** Puts an answer into text and adds the headers that every answer has. */
export function finishAnswer({ headers: asked }: MockRequest, draft: AnswerDraft): MockAnswer {
  const { status, headers, mediaType, body, cut } = draft;
  const isJson = body !== undefined && (mediaType === plainJson || /[/+]json(?:;|$)/.test(mediaType));
  const sent: Record<string, string> = body === undefined ? {} : { 'Content-Type': contentTypeOf(mediaType, isJson) };
  // Not by spreading: this is done for every request.
  for (const name in headers) sent[name] = headers[name] as string;
  const requestId = asked['x-request-id'];
  if (requestId !== undefined && isEchoed(requestId)) sent['X-Request-ID'] = requestId;
  const answer = { status, headers: sent, body: isJson ? JSON.stringify(body) : `${body ?? ''}` };
  return cut ? { ...answer, cut } : answer;
}

const plainJson = 'application/json';

function contentTypeOf(mediaType: string, isJson: boolean): string {
  if (mediaType === plainJson) return `${plainJson}; charset=utf-8`;
  return isJson ? `${mediaType.split(';', 1)[0]}; charset=utf-8` : mediaType;
}

/** The document allows 36 characters; what is longer or not visible ASCII is not repeated into a header. */
function isEchoed(requestId: string): boolean {
  return /^[!-~]{1,36}$/.test(requestId);
}
