import { CliError } from '@nexconn-kit/token-server/command-line';

/** One request of a capture, with the headers of a signature alone. */
export interface CapturedRequest {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Its method and path or URL, where they were captured. */
  readonly line?: string | undefined;
  /** Unix time in milliseconds, where it was captured. */
  readonly sentAtMs?: number | undefined;
}

type Pair = readonly [name: string, value: string];

const signatureHeader = /^(rc-)?(app-key|nonce|timestamp|signature)$/i;
const requestLine = /^([A-Z]{3,10}) (\S+) HTTP\/[\d.]+$/;
/** Of a HAR file, its entries, one of them and its request. */
const deepest = 6;

/**
 * Returns the signed requests of what was captured.
 *
 * @throws {CliError} USAGE
 */
export function readCapture(text: string): CapturedRequest[] {
  const content = text.replace(/^\uFEFF/, '').trim();
  const requests = /^[{[]/.test(content) ? readJson(content) : readText(content);
  const signed = requests.filter(({ headers }) => headers.length > 0);
  if (signed.length > 0) return signed;
  const message =
    'There is none of the headers App-Key, Nonce, Timestamp and Signature in it. Give header lines, the output of ' +
    'curl -v, a curl command, JSON or a HAR file.';
  throw new CliError(message, { code: 'USAGE' });
}

function readText(text: string): CapturedRequest[] {
  // Without curl, the flags that nexconn sign --curl-flags prints.
  if (/^((\$ )?curl(\.exe)?|-H|--header)\s/.test(text)) return [{ headers: signatureHeaders(flagsOfCurl(` ${text}`)) }];
  const lines = text.split(/\r?\n/);
  // Of curl -v, what was sent alone: an answer has headers too.
  const sent = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2));
  return readLines(sent.length > 0 ? sent : lines);
}

function readLines(lines: readonly string[]): CapturedRequest[] {
  const requests: { line?: string; pairs: Pair[] }[] = [{ pairs: [] }];
  for (const line of lines) {
    const [, method, target] = requestLine.exec(line.trim()) ?? [];
    if (method !== undefined) requests.push({ line: `${method} ${target}`, pairs: [] });
    requests.at(-1)?.pairs.push(...pairOf(line));
  }
  return requests.map(({ line, pairs }) => ({ line, headers: signatureHeaders(pairs) }));
}

function flagsOfCurl(command: string): Pair[] {
  const flags = command.matchAll(/\s(?:-H|--header)[\s=]*(?:\$?'([^']*)'|"((?:\\.|[^"\\])*)"|(\S+))/g);
  return [...flags].flatMap(([, single, double, bare]) => pairOf(single ?? double ?? bare ?? ''));
}

/** Returns the header that a line is, in a list; none where it is something else. */
function pairOf(line: string): Pair[] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).trim();
  return /^[\w-]+$/.test(name) ? [[name, line.slice(colon + 1).trim()]] : [];
}

function readJson(text: string): CapturedRequest[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the parser's words, which quote the text.
    const message = 'It begins as JSON does, and is none. Give the whole of it, or header lines.';
    throw new CliError(message, { code: 'USAGE' });
  }
  return requestsOf(value, 0);
}

function requestsOf(value: unknown, depth: number): CapturedRequest[] {
  if (Object(value) !== value || depth > deepest) return [];
  const pairs = pairsOfList(value);
  if (pairs) return [{ headers: signatureHeaders(pairs) }];
  if (Array.isArray(value)) return value.flatMap((each) => requestsOf(each, depth + 1));
  const { log, entries, request, headers, startedDateTime, method, url } = value as Record<string, unknown>;
  const inner = log ?? entries;
  if (Object(inner) === inner) return requestsOf(inner, depth + 1);
  if (Object(request) === request) {
    const sentAtMs = typeof startedDateTime === 'string' ? Date.parse(startedDateTime) : Number.NaN;
    const known = Number.isNaN(sentAtMs) ? {} : { sentAtMs };
    return requestsOf(request, depth + 1).map((each) => ({ ...each, ...known }));
  }
  if (Object(headers) === headers) {
    const line = typeof method === 'string' && typeof url === 'string' ? { line: `${method} ${url}` } : {};
    return requestsOf(headers, depth + 1).map((each) => ({ ...each, ...line }));
  }
  return [{ headers: signatureHeaders(Object.entries(value as object)) }];
}

/** Pairs, objects with name and value as in HAR files, or names and values in turn as in `rawHeaders`. */
function pairsOfList(value: unknown): (readonly [unknown, unknown])[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (value.every((each) => typeof each === 'string')) {
    return value.flatMap((name, index) => (index % 2 === 0 ? [[name, value[index + 1]] as const] : []));
  }
  if (value.every((each) => Array.isArray(each) && each.length === 2 && typeof each[0] === 'string')) return value;
  const hasNames = value.every((each) => typeof Object(each).name === 'string' && 'value' in each);
  return hasNames ? value.map(({ name, value: text }) => [name, text] as const) : undefined;
}

function signatureHeaders(pairs: readonly (readonly [unknown, unknown])[]): Pair[] {
  return pairs.flatMap(([name, value]) => {
    if (typeof name !== 'string' || !signatureHeader.test(name)) return [];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((each) => each !== undefined && each !== null).map((each) => [name, String(each)] as const);
  });
}
