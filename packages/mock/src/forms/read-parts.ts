import { escapePattern } from '../http/escape-pattern.js';
import { readHeaderValue } from './header-value.js';

/** A field of a form, as it was sent. */
export interface FormPart {
  readonly name: string;
  /** In lower case; undefined where the part has none. */
  readonly mediaType: string | undefined;
  /** A text as it reads; of anything else a character for each byte. */
  readonly text: string;
  /** The same as it stood in the URL's encoding, where a separator differs from the same sign in a value. */
  readonly encoded?: string;
  /** The headers of a part, by names in lower case. */
  readonly headers?: ReadonlyMap<string, string>;
}

/**
 * Returns the parts of a form that was sent as `multipart/form-data` (RFC 7578), undefined for what is none or breaks off. Names
 * may be quoted or not, headers folded and in any order; text stands before the first part and behind the last. Parts that stand
 * by their places, and not by names, are named by these.
 */
export function readParts(bytes: Uint8Array, boundary: string, byPlace = false): FormPart[] | undefined {
  // A character for each byte: a part says itself what its bytes are.
  const body = Buffer.from(bytes).toString('latin1');
  const edges = findEdges(body, boundary);
  if (edges === undefined) return undefined;
  const parts = edges
    .slice(1)
    .map(({ start }, index) => readPart(body.slice(edges[index]?.end, start), byPlace ? `${index}` : undefined));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** The place of a line that separates two parts. */
interface Edge {
  readonly start: number;
  readonly end: number;
}

/** Returns the lines up to the one that ends the form; undefined where there is none. */
function findEdges(body: string, boundary: string): Edge[] | undefined {
  const name = Buffer.from(boundary).toString('latin1');
  const line = `(?:^|\\r\\n)--${escapePattern(name)}(--)?[ \\t]*(?=\\r\\n|$)`;
  const edges: Edge[] = [];
  for (const match of body.matchAll(new RegExp(line, 'g'))) {
    edges.push({ start: match.index, end: match.index + match[0].length + '\r\n'.length });
    if (match[1] !== undefined) return edges;
  }
  return undefined;
}

function readPart(text: string, place: string | undefined): FormPart | undefined {
  // An empty line is all that stands before a part without headers.
  const part = text.startsWith('\r\n') ? `\r\n${text}` : text;
  const headersEnd = part.indexOf('\r\n\r\n');
  if (headersEnd < 0) return undefined;
  const headers = readHeaders(part.slice(0, headersEnd));
  const { value, parameters } = readHeaderValue(headers.get('content-disposition') ?? '');
  const name = value === 'form-data' ? parameters.get('name') : undefined;
  if (place === undefined && name === undefined) return undefined;
  const type = headers.get('content-type');
  const { value: mediaType, parameters: ofType } = readHeaderValue(type ?? '');
  const bytes = Buffer.from(part.slice(headersEnd + '\r\n\r\n'.length), 'latin1');
  return {
    name: place ?? readName(name ?? ''),
    mediaType: type === undefined ? undefined : mediaType,
    text: isText(mediaType) ? decode(bytes, ofType.get('charset')) : bytes.toString('latin1'),
    headers,
  };
}

function readHeaders(text: string): Map<string, string> {
  const lines = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(lines.map((line) => [line.split(':', 1)[0]?.trim().toLowerCase() ?? '', line.replace(/^[^:]*:/, '')]));
}

/** Browsers write a quote and the end of a line by a percent sign, and nothing else. */
function readName(name: string): string {
  return Buffer.from(name, 'latin1').toString().replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function isText(mediaType: string): boolean {
  return mediaType === '' || /^text\/|[/+](json|xml)$|^application\/x-www-form-urlencoded$/.test(mediaType);
}

function decode(bytes: Uint8Array, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
  } catch {
    // An encoding that nobody knows.
    return Buffer.from(bytes).toString();
  }
}
