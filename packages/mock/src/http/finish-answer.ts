import { shorten } from './read-request.js';
import { toStreamText } from './stream-text.js';
import type { AnswerDraft, MockAnswer, MockRequest } from './types.js';

/** Clients read 16 kB of headers, with those that the mock adds. */
const maxHeaderBytes = 15_000;

/** What no transport takes, such as a document's header example in characters that a header has not, fails here instead. */
export function refuseUndeliverable(draft: AnswerDraft): AnswerDraft {
  const { status, headers, mediaType, cut } = draft;
  if (cut === undefined && !(status >= 200 && status <= 599)) throw new Error(`The status ${status} ends no exchange.`);
  let bytes = mediaType.length;
  for (const name of Object.keys(headers)) {
    const text = headers[name] ?? '';
    bytes += name.length + text.length;
    if (!isHeaderName(name)) throw new Error(`${JSON.stringify(shorten(name))} is no name of a header.`);
    if (!isHeaderText(text))
      throw new Error(`No header can hold the value of ${name}: ${JSON.stringify(shorten(text))}.`);
  }
  if (bytes > maxHeaderBytes) {
    throw new Error(`The headers take ${bytes} bytes together; a client may read ${maxHeaderBytes} at most.`);
  }
  if (!isHeaderText(mediaType)) throw new Error(`${JSON.stringify(shorten(mediaType))} is no media type.`);
  return draft;
}

function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name);
}

function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** Returns the serialized answer with the headers that every answer has. */
export function finishAnswer({ headers: asked }: MockRequest, draft: AnswerDraft): MockAnswer {
  const { status, headers, mediaType, body, cut } = draft;
  const isJson = body !== undefined && (mediaType === plainJson || /[/+]json(?:;|$)|\*/.test(mediaType));
  const hasBody = body !== undefined && !bodilessStatuses.has(status);
  const sent: Record<string, string> = hasBody ? { 'Content-Type': contentTypeOf(mediaType, isJson) } : {};
  addHeaders(sent, headers);
  const requestId = asked['x-request-id'];
  if (requestId !== undefined && isEchoed(requestId)) sent['X-Request-ID'] = requestId;
  const answer = { status, headers: sent, body: hasBody ? serialize(body, isJson, mediaType) : '' };
  return cut ? { ...answer, cut } : answer;
}

/** HTTP has them without a body, whatever the document shows. */
export const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** Adds headers to others one by one: spreading both into a third object costs each request ten times as much. */
export function addHeaders(headers: Record<string, string>, added: MockAnswer['headers']): void {
  for (const name of Object.keys(added)) {
    const value = added[name] ?? '';
    // Assigning it would set the prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true });
    else headers[name] = value;
  }
}

function serialize(body: unknown, isJson: boolean, mediaType: string): string {
  if (isJson) return JSON.stringify(body);
  if (typeof body !== 'object' || body === null) return `${body}`;
  return toStreamText(body, mediaType) ?? JSON.stringify(body);
}

const plainJson = 'application/json';

function contentTypeOf(mediaType: string, isJson: boolean): string {
  if (mediaType === plainJson) return `${plainJson}; charset=utf-8`;
  // A range of types, which a document may have, is the type of nothing.
  if (mediaType.includes('*')) return `${plainJson}; charset=utf-8`;
  return isJson ? `${mediaType.split(';', 1)[0]}; charset=utf-8` : mediaType;
}

/** The document allows 36 characters; only visible ASCII can stand in a header. */
function isEchoed(requestId: string): boolean {
  return /^[!-~]{1,36}$/.test(requestId);
}
