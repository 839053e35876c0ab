import { signRequest } from '@nexconn-kit/signing';
import type { Dice } from './create-dice.js';

/** Some bytes to send, and what is known of them. */
export interface FuzzedRequest {
  /** Written one after another, with a pause between them. */
  readonly parts: readonly Buffer[];
  /** It is HTTP from its first byte to its last, so it must be answered. */
  readonly wellFormed: boolean;
  /** The answer has no body, whatever its headers say. */
  readonly head: boolean;
  /** It asks for a fault that has the mock depart from HTTP. */
  readonly cut: boolean;
  /** It may have come to the console, which answers in a shape of its own. */
  readonly console: boolean;
}

interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

const issuePath = '/v4/auth/access-token/issue';
const paths = [
  ...Array(12).fill(issuePath),
  `${issuePath}?a=1&a=2&%zz`,
  `${issuePath}/`,
  `/${issuePath}`,
  '/',
  '*',
  '/v4/%2e%2e/%00',
  '/v4/auth/../auth/access-token/issue',
  `http://example.com${issuePath}`,
  '/__proto__/constructor',
  '/_health',
  '/_console',
  '/_console/api/apps/list',
  '/_console/api/state/reset',
  '/_console/../../etc/passwd',
  `/${'a'.repeat(5000)}`,
  '/{userId}',
];
const methods = [...Array(12).fill('POST'), 'GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'];
const faults = ['latency=1', 'answer=1008', 'html=502', 'not-json', 'code-on-200', 'explode', ',', 'latency=x', ''];
const cuts = ['truncate', 'reset', 'reset-after', 'hang', 'reset, answer=429, success'];
const contentTypes = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'APPLICATION/JSON', '', '/'];
const texts = [
  '',
  'jlk456j5',
  'a'.repeat(65),
  'é🙂',
  '\u0000',
  '__proto__',
  'mockFaultHtml502',
  'mockFaultRest',
  '‮',
  '\ud800',
  '%00',
  'x'.repeat(1025),
];
const headerLines: readonly string[] = [
  'Accept: text/html',
  'Accept-Encoding: gzip, br',
  'Prefer: code=429',
  'Prefer: code=299',
  'Prefer: example=signatureInvalid, code=401',
  'Prefer: code=__proto__; example=constructor',
  'Origin: http://localhost:3000',
  'Origin: \u00ff',
  'Access-Control-Request-Method: POST',
  'X-Request-ID: r-1',
  `X-Request-ID: ${'x'.repeat(40)}`,
  'Expect: 100-continue',
  'Expect: nothing',
  'Host: a, b',
  'Cookie: a=b',
  'App-Key: other',
  'RC-App-Key: uwd1c0sxdlx2',
  'Nonce: 1234567890123456789',
  'Timestamp: 1408710653',
  'Timestamp: -1e99',
  'Signature: junk',
  'Content-Encoding: gzip',
  'Upgrade: websocket',
  `X-Long: ${'x'.repeat(9000)}`,
  'X-Forwarded-Host: example.com',
  '__proto__: x',
];

/** Returns a request that may be good, wrong in many ways, or no HTTP at all. */
export function fuzzRequest(dice: Dice, credentials: Credentials, last: boolean): FuzzedRequest {
  const method: string = dice.pick(methods);
  const path: string = dice.pick(paths);
  const lines = ['Host: 127.0.0.1', ...signatureLines(dice, credentials)];
  const fault = dice.chance(5) ? dice.pick(faults) : dice.chance(2) ? dice.pick(cuts) : undefined;
  if (fault !== undefined) lines.push(`X-Mock-Fault: ${fault}`);
  if (dice.chance(92)) lines.push(`Content-Type: ${dice.chance(85) ? contentTypes[0] : dice.pick(contentTypes)}`);
  for (let count = dice.chance(30) ? 1 + dice.roll(4) : 0; count > 0; count -= 1) lines.push(dice.pick(headerLines));
  if (last) lines.push('Connection: close');
  const body = dice.chance(90) ? fuzzBody(dice) : Buffer.alloc(0);
  const chunked = dice.chance(20);
  lines.push(chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`);
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const whole = Buffer.concat([head, chunked ? toChunks(dice, body) : body]);
  // Whether the answer to a damaged HEAD has a body depends on where the damage is.
  const broken = method !== 'HEAD' && dice.chance(12);
  const bytes = broken ? damage(dice, whole) : whole;
  return {
    parts: dice.chance(6) ? cutUp(dice, bytes) : [bytes],
    // An Upgrade makes of what follows something else than HTTP.
    wellFormed: !broken && method !== 'HEAD' && !lines.some((line) => line.startsWith('Upgrade')),
    head: method === 'HEAD',
    cut: cuts.includes(fault ?? ''),
    console: broken || path.includes('/_'),
  };
}

function signatureLines(dice: Dice, credentials: Credentials): string[] {
  if (dice.chance(10)) return [];
  const headerPrefix = dice.chance(10) ? 'RC-' : '';
  const signed = Object.entries(
    signRequest({ appKey: credentials.appKey, appSecret: credentials.appSecret, headerPrefix }),
  );
  return signed.filter(() => dice.chance(99)).map(([name, value]) => `${name}: ${value}`);
}

function fuzzBody(dice: Dice): Buffer {
  if (dice.chance(3)) return Buffer.from(Array.from({ length: dice.roll(200) }, () => dice.roll(256)));
  if (dice.chance(0.1)) return Buffer.alloc(90_000 + dice.roll(40_000), 'a');
  if (dice.chance(1)) return Buffer.from('['.repeat(dice.roll(20_000)));
  const text = JSON.stringify(dice.chance(55) ? { userId: `u${dice.roll(1000)}`, name: 'Ada' } : fuzzValue(dice, 0));
  return Buffer.from(dice.chance(90) ? text : text.slice(0, dice.roll(text.length + 1)));
}

function fuzzValue(dice: Dice, depth: number): unknown {
  const kind = depth > 3 ? dice.roll(5) : dice.roll(9);
  if (kind === 0) return null;
  if (kind === 1) return dice.chance(50);
  if (kind === 2) return dice.pick([0, -1, 1e308, 1.5, Number.MAX_SAFE_INTEGER]);
  if (kind <= 4) return dice.pick(texts);
  if (kind === 5) return Array.from({ length: dice.roll(5) }, () => fuzzValue(dice, depth + 1));
  const names = ['userId', 'name', 'avatarUrl', '__proto__', 'constructor', '', 'x'];
  return Object.fromEntries(names.filter(() => dice.chance(60)).map((name) => [name, fuzzValue(dice, depth + 1)]));
}

function toChunks(dice: Dice, body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = 1 + dice.roll(Math.max(1, Math.min(body.length - at, 4000)));
    const data = body.subarray(at, at + size);
    chunks.push(
      Buffer.from(`${data.length.toString(16)}${dice.chance(5) ? ';x=y' : ''}\r\n`),
      data,
      Buffer.from('\r\n'),
    );
    at += size;
  }
  return Buffer.concat([...chunks, Buffer.from(dice.chance(5) ? '0\r\nTrailer: x\r\n\r\n' : '0\r\n\r\n')]);
}

/** Changes, drops or adds a few bytes, or leaves out the end. */
function damage(dice: Dice, bytes: Buffer): Buffer {
  let damaged = Buffer.from(bytes);
  for (let count = 1 + dice.roll(4); count > 0; count -= 1) {
    const at = dice.roll(Math.min(damaged.length, 600));
    const kind = dice.roll(4);
    if (kind === 0) damaged = damaged.subarray(0, at);
    else if (kind === 1) damaged[at] = dice.roll(256);
    else if (kind === 2) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + 1 + dice.roll(9))]);
    else damaged = Buffer.concat([damaged.subarray(0, at), Buffer.from([dice.roll(256)]), damaged.subarray(at)]);
    if (damaged.length === 0) break;
  }
  return damaged;
}

function cutUp(dice: Dice, bytes: Buffer): Buffer[] {
  const cuts = Array.from({ length: 1 + dice.roll(4) }, () => dice.roll(bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));
}
