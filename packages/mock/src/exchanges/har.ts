import { STATUS_CODES } from 'node:http';
import type { JournalEntry } from '../state/journal.js';
import type { Exchange } from './exchanges.js';
import type { Redaction } from './redact.js';
import { queryFields, showAnswer, showRequest } from './show.js';

/** An entry of an HTTP archive, HAR 1.2; members that begin with an underscore are ours. */
type HarEntry = Readonly<Record<string, unknown>>;

/** Returns the entry of a request in an HTTP archive, masked. */
export function toHarEntry(entry: JournalEntry, exchange: Exchange, mask: Redaction): HarEntry {
  const request = showRequest(exchange, mask);
  const answer = showAnswer(exchange.answer, mask, exchange.answerBytes);
  const headerOf = (fields: typeof request.headers, name: string): string =>
    fields.find((field) => field.name.toLowerCase() === name)?.value ?? '';
  const host = /^[\w.:[\]-]+$/.exec(exchange.headers.host ?? '')?.[0] ?? '127.0.0.1';
  return {
    startedDateTime: new Date(clampedTime(entry.at - entry.durationMs)).toISOString(),
    time: entry.durationMs,
    request: {
      method: request.method,
      url: `http://${host}${request.target}`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: request.headers,
      queryString: queryFields(exchange.query, mask),
      headersSize: -1,
      bodySize: request.bodyBytes,
      ...(request.body !== '' && {
        postData: { mimeType: headerOf(request.headers, 'content-type'), params: [], text: request.body },
      }),
    },
    response: {
      status: answer.status,
      statusText: STATUS_CODES[answer.status] ?? '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: answer.headers,
      content: { size: answer.bodyBytes, mimeType: headerOf(answer.headers, 'content-type'), text: answer.body },
      redirectURL: headerOf(answer.headers, 'location'),
      headersSize: -1,
      bodySize: answer.bodyBytes,
    },
    cache: {},
    timings: { send: 0, wait: entry.durationMs, receive: 0 },
    ...(entry.reason !== undefined && { comment: mask.text(entry.reason) }),
    ...(entry.fault !== undefined && { _fault: entry.fault }),
    ...(entry.operationId !== undefined && { _operationId: entry.operationId }),
  };
}

/** A clock that was moved very far has no date. */
function clampedTime(at: number): number {
  return Math.max(-8.64e15, Math.min(8.64e15, at));
}
