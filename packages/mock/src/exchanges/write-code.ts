import type { SignatureRefusal } from '../http/types.js';
import type { JournalEntry } from '../state/journal.js';
import type { SentRequest } from './show.js';

/** What a request is written down as code from; all of it is masked. */
export interface Written {
  readonly entry: JournalEntry;
  readonly request: SentRequest;
  readonly refusal: SignatureRefusal | undefined;
  /** The name of the field of an answer that has the code. */
  readonly codeField: string;
  /** The options of `startMock` that the answer depends on, as far as they are set: of the mock, and of the app that asked. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly hasOwnDocument: boolean;
}

/** Headers that a client makes by itself, or that the signature is made of. */
const ownHeaders =
  /^(host|connection|content-length|transfer-encoding|expect|accept-encoding|user-agent|keep-alive|sec-.*|origin|referer|accept-language)$/;
const signatureHeaders = /^(rc-)?(app-key|nonce|timestamp|signature)$/;

/** Returns a bash command that signs the request anew with openssl, by `NEXCONN_APP_SECRET`, and sends it with curl. */
export function writeCurl({ request, refusal }: Written, baseUrl: string): string {
  const { method, target, headers, body } = request;
  const isSigned = headers.some(({ name }) => /signature$/.test(name));
  const appKey = headers.find(({ name }) => /app-key$/.test(name))?.value ?? '';
  const options = [
    ...(isSigned ? [`-H ${quote(`App-Key: ${appKey}`)} -H "Nonce: $n" -H "Timestamp: $t" -H "Signature: $s"`] : []),
    ...otherHeaders(request).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === '' ? [] : [`--data-raw ${quote(body)}`]),
  ];
  return [
    ...(isSigned && refusal
      ? [`# Signed rightly: the signature of this request was refused (${refusal.reason}).`]
      : []),
    ...(isSigned
      ? [
          // The date command of macOS has no milliseconds.
          'n=$(openssl rand -hex 8)n; t=$(date +%s)000',
          `s=$(printf %s "$NEXCONN_APP_SECRET$n$t" | openssl dgst -sha1 | sed 's/.* //')`,
        ]
      : []),
    [`curl -sS -X ${quote(method)} ${quote(`${baseUrl.replace(/\/+$/, '')}${target}`)}`, ...options].join(' \\\n  '),
  ].join('\n');
}

/** Returns a test for Vitest that sends the request to a mock of its own and expects the same answer. */
export function writeTest(written: Written): string {
  const { entry, request } = written;
  const { status, code, fault } = entry;
  const path = request.target.replace(/\?.*/s, '');
  const title = `${request.method} ${path} ${status === 0 ? 'gets no answer' : `answers ${status}`}${code ? `, code ${code}` : ''}`;
  const headers = [...signatureOf(written), ...faultOf(written), ...otherHeaders(request).map(field)];
  const call = [
    `fetch(\`\${mock.url}${templateText(request.target)}\`, {`,
    `    method: ${text(request.method)},`,
    ...(headers.length > 0 ? [`    headers: { ${headers.join(', ')} },`] : []),
    ...(request.body === '' ? [] : [`    body: ${text(request.body)},`]),
    ...(fault?.startsWith('hang') ? ['    signal: AbortSignal.timeout(1000),'] : []),
    '  })',
  ].join('\n');
  const isSigned = headers.some((header) => header.includes('signRequest'));
  return [
    ...(written.hasOwnDocument ? ["import { loadDocument } from '@nexconn-kit/document';"] : []),
    "import { startMock } from '@nexconn-kit/mock';",
    ...(isSigned ? ["import { signRequest } from '@nexconn-kit/signing';"] : []),
    "import { expect, test } from 'vitest';",
    '',
    `test(${text(title)}, async () => {`,
    ...(written.hasOwnDocument
      ? ["  const document = await loadDocument('openapi.yaml'); // the one that the mock plays"]
      : []),
    `  await using mock = await startMock({ ${mockOptions(written).join(', ')} });`,
    ...(status === 0
      ? [`  const call = ${call};`, '  await expect(call).rejects.toThrow();']
      : [`  const response = await ${call};`, `  expect(response.status).toBe(${status});`]),
    ...bodyExpectation(written),
    '});',
    '',
  ].join('\n');
}

function mockOptions({ options, hasOwnDocument }: Written): string[] {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return [
    'port: 0',
    ...(hasOwnDocument ? ['document'] : []),
    ...set.map(([key, value]) => `${name(key)}: ${literal(value)}`),
  ];
}

function bodyExpectation({ entry: { status, code, fault }, codeField }: Written): string[] {
  if (code === undefined || status === 0) return [];
  if (fault?.startsWith('truncate')) return ['  await expect(response.json()).rejects.toThrow();'];
  return [`  expect(await response.json()).toMatchObject({ ${name(codeField)}: ${code} });`];
}

/** A signature that was refused is refused again for the same reason, as far as a test can have that. */
function signatureOf({ request, refusal }: Written): string[] {
  const sent = request.headers.filter((header) => signatureHeaders.test(header.name)).map((header) => header.name);
  if (sent.length === 0) return [];
  if (refusal?.reason === 'header-missing') {
    const isThere = (plain: string) => sent.includes(plain.toLowerCase()) || sent.includes(`rc-${plain.toLowerCase()}`);
    const missing = ['App-Key', 'Nonce', 'Timestamp', 'Signature'].filter((plain) => !isThere(plain));
    // An empty header counts as missing.
    return ['...signRequest(mock)', ...missing.map((plain) => `${name(plain)}: ''`)];
  }
  if (refusal?.reason === 'clock-skew') {
    // A time that is ahead now would be right one day.
    const timestamp = (refusal.skewMs ?? 0) > 0 ? '99999999999999' : timestampOf(request);
    return [`...signRequest(mock, { now: () => ${timestamp} })`];
  }
  if (refusal?.reason === 'app-key-unknown') return ['...signRequest(mock)', "'App-Key': 'unknown'"];
  return refusal ? ['...signRequest(mock)', "Signature: '0'.repeat(40)"] : ['...signRequest(mock)'];
}

function timestampOf({ headers }: SentRequest): string {
  const found = headers.find((header) => /timestamp$/.test(header.name))?.value ?? '';
  return /^\d{1,15}$/.test(found) ? found : '0';
}

/** Codes that depend on what was before, such as a limit, are played as a fault. */
const codesOfState = new Set([1006, 1008, 2007]);

function faultOf({ entry: { fault, code, status }, request }: Written): string[] {
  if (request.headers.some((header) => header.name === 'x-mock-fault')) return [];
  if (fault !== undefined) return [`'X-Mock-Fault': ${text(fault)}`];
  if (code === undefined || !codesOfState.has(code)) return [];
  return [`'X-Mock-Fault': ${text(`answer=${code};status=${status}`)}`];
}

function otherHeaders({ headers }: SentRequest): [name: string, value: string][] {
  return headers
    .filter((header) => !ownHeaders.test(header.name) && !signatureHeaders.test(header.name))
    .map((header) => [header.name, header.value]);
}

function field([key, value]: [string, string]): string {
  return `${name(key)}: ${text(value)}`;
}

function name(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : text(key);
}

/** Returns an option as a literal of JavaScript. */
function literal(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return String(value);
  const set = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{ ${set.map(([key, each]) => `${name(key)}: ${literal(each)}`).join(', ')} }`;
}

/** Returns a text as a literal of JavaScript. */
function text(value: string): string {
  const json = JSON.stringify(value).replace(/[\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
  if (!value.includes('"') || value.includes("'")) return json.includes("'") ? json : `'${json.slice(1, -1)}'`;
  return `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}

function templateText(value: string): string {
  return value.replace(/[`\\$]/g, '\\$&');
}

function quote(word: string): string {
  return /^[\w/.:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
