import type { Draft } from './form.js';

/** A call, and where it goes. */
export interface Call {
  readonly url: string;
  readonly appKey: string;
  readonly operationId: string;
  readonly signed: boolean;
  readonly draft: Draft;
}

/** Returns a bash command that signs anew with openssl, by `NEXCONN_APP_SECRET`, and sends with curl. */
export function writeCurl({ url, appKey, signed, draft }: Call): string {
  const { method, target, headers, body } = draft;
  const signature = `-H ${quote(`App-Key: ${appKey}`)} -H "Nonce: $nonce" -H "Timestamp: $timestamp" -H "Signature: $signature"`;
  const options = [
    ...(signed ? [signature] : []),
    ...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quote(body)}`]),
  ];
  return [
    ...(signed
      ? [
          '# NEXCONN_APP_SECRET is the App Secret of the mock.',
          'nonce=$(openssl rand -hex 8)a',
          'timestamp=$(date +%s)000',
          'signature=$(printf %s "$NEXCONN_APP_SECRET$nonce$timestamp" | openssl dgst -sha1 -r | cut -c1-40)',
        ]
      : []),
    [`curl -sS -X ${method} ${quote(`${url}${target}`)}`, ...options].join(' \\\n  '),
  ].join('\n');
}

/** Returns the same call by the typed client, whose address and keys stand in the environment. */
export function writeTypeScript({ operationId, draft }: Call): string {
  const argument = Object.keys(draft.request).length === 0 ? '' : literal(draft.request);
  const method = isName(operationId) ? `.${operationId}` : `[${text(operationId)}]`;
  return [
    "import { createNexconnClient } from '@nexconn-kit/client';",
    '',
    '// Reads NEXCONN_APP_KEY, NEXCONN_APP_SECRET and NEXCONN_BASE_URL, which nexconn mock prints.',
    'const nexconn = createNexconnClient();',
    `console.log(await nexconn${method}(${argument}));`,
    'await nexconn.close();',
  ].join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, each]) => `${isName(key) ? key : text(key)}: ${literal(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Returns a text as a literal of JavaScript. */
function text(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function isName(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__';
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
