import type { components } from '../generated/console/types.gen.js';
import type { MockAnswer } from '../http/types.js';
import { type Exchange, maxKeptBytes } from './exchanges.js';
import type { Redaction } from './redact.js';

export type SentRequest = components['schemas']['SentRequest'];
export type SentAnswer = components['schemas']['SentAnswer'];
export type HeaderField = components['schemas']['HeaderField'];

/** Returns a request as it came, masked. */
export function showRequest({ method, path, query, headers, body, bodyBytes }: Exchange, mask: Redaction): SentRequest {
  return {
    method,
    target: `${mask.text(path)}${showQuery(query, mask)}`,
    headers: showHeaders(headers, mask),
    body: mask.text(Buffer.from(body).toString()),
    bodyBytes,
  };
}

/** Returns an answer as it went out, masked; `bodyBytes` is of the whole body where not all of it was kept. */
export function showAnswer(
  { status, headers, body, cut }: MockAnswer,
  mask: Redaction,
  bodyBytes: number = Buffer.byteLength(body),
): SentAnswer {
  const shown = mask.text(body.slice(0, maxKeptBytes));
  return { status, headers: showHeaders(headers, mask), body: shown, bodyBytes, ...(cut && { cut }) };
}

/** Returns the parameters of a query, masked. */
export function queryFields(query: URLSearchParams, mask: Redaction): HeaderField[] {
  return [...query].map(([name, value]) => ({ name: mask.text(name), value: mask.value(name, value) }));
}

/** A word that stands for a whole value stays legible. */
function showQuery(query: URLSearchParams, mask: Redaction): string {
  const fields = queryFields(query, mask).map(({ name, value }) => {
    const shown = /^\[[\w ]*masked\]$/.test(value) ? value : encodeURIComponent(value);
    return `${encodeURIComponent(name)}=${shown}`;
  });
  return fields.length === 0 ? '' : `?${fields.join('&')}`;
}

function showHeaders(headers: Readonly<Record<string, string | undefined>>, mask: Redaction): HeaderField[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: mask.text(name), value: mask.value(name, value) }],
  );
}
