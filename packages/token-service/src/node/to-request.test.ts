import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { directBodyOf } from '../handler/body-reader.js';
import { toRequest } from './to-request.js';

interface Sent {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string;
  readonly headers?: Record<string, string | string[] | undefined>;
  readonly chunks?: readonly string[];
  readonly body?: unknown;
  readonly isEncrypted?: boolean;
}

/** A message as Node's servers pass it on. */
function makeMessage({ chunks = [], isEncrypted, headers = {}, ...more }: Sent) {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const rest = { method: 'POST', url: '/', socket: { encrypted: isEncrypted }, headers };
  return Object.assign(stream, rest, more) as unknown as IncomingMessage;
}

const host = 'app.example.com';
const chunked = { host, 'transfer-encoding': 'chunked' };

describe('the address', () => {
  it.each<[sent: Sent, url: string]>([
    [{ headers: { host }, url: '/a?b=c' }, 'http://app.example.com/a?b=c'],
    [{ headers: { host }, url: '/a', isEncrypted: true }, 'https://app.example.com/a'],
    [{ headers: { ':authority': host }, url: '/a' }, 'http://app.example.com/a'],
    [{ url: '/a' }, 'http://localhost/a'],
    [{ headers: { host }, url: undefined }, 'http://app.example.com/'],
    // What a router has taken off is part of it.
    [{ headers: { host }, url: '/b', originalUrl: '/a/b' }, 'http://app.example.com/a/b'],
    // A proxy is sent the whole address.
    [{ headers: { host }, url: 'https://other.example.com/a' }, 'https://other.example.com/a'],
  ])('of %j is %s', (sent, url) => {
    expect(toRequest(makeMessage(sent))?.url).toBe(url);
  });

  it.each<[what: string, sent: Sent]>([
    ['a host that is none', { headers: { host: 'a b' } }],
    ['a target that is none', { headers: { host }, url: '*' }],
    ['a method that no web request has', { headers: { host }, method: 'TRACE' }],
    ['a password in it', { headers: { host }, url: 'http://user:pw@app.example.com/' }],
  ])('with %s is none', (_, sent) => {
    expect(toRequest(makeMessage(sent))).toBeUndefined();
  });
});

it('the method is that of the message, and GET without one', () => {
  expect(toRequest(makeMessage({ method: 'PUT' }))?.method).toBe('PUT');
  expect(toRequest(makeMessage({ method: undefined }))?.method).toBe('GET');
});

it('headers are all there, each of several too, but for those that HTTP/2 puts the first line into', () => {
  const headers = { host, ':path': '/', 'x-a': 'b', 'x-none': undefined, 'set-cookie': ['a=1', 'b=2'] };
  const copied = toRequest(makeMessage({ headers }))?.headers ?? new Headers();
  expect([...copied.keys()].sort()).toEqual(['host', 'set-cookie', 'set-cookie', 'x-a']);
  expect([copied.get('x-a'), copied.getSetCookie()]).toEqual(['b', ['a=1', 'b=2']]);
});

describe('the body', () => {
  it.each<[what: string, sent: Sent, text: string]>([
    ['in chunks', { headers: chunked, chunks: ['ab', 'c'] }, 'abc'],
    ['of a declared length', { headers: { host, 'content-length': '3' }, chunks: ['abc'] }, 'abc'],
    ['beside a parser that left it alone', { headers: chunked, chunks: ['abc'], body: {} }, 'abc'],
  ])('%s is that of the message', async (_, sent, text) => {
    expect(await toRequest(makeMessage(sent))?.text()).toBe(text);
  });

  it.each<[what: string, sent: Sent]>([
    ['undeclared', { headers: { host }, chunks: ['abc'] }],
    ['of no bytes', { headers: { host, 'content-length': '0' } }],
    ['of a GET', { headers: chunked, method: 'GET', chunks: ['abc'] }],
    ['of a HEAD', { headers: chunked, method: 'HEAD', chunks: ['abc'] }],
  ])('%s is none', (_, sent) => {
    const request = toRequest(makeMessage(sent));
    expect(request).toBeDefined();
    expect(request?.body).toBeNull();
  });

  it.each<[body: unknown, text: string]>([
    [{ a: [1] }, '{"a":[1]}'],
    ['text', 'text'],
    [new TextEncoder().encode('bytes'), 'bytes'],
    [null, 'null'],
  ])('that a parser has read is what it made of it: %j', async (body, text) => {
    const message = makeMessage({ headers: chunked, chunks: ['gone'] });
    for await (const _ of message) {
      // As a parser reads it.
    }
    Object.assign(message, { body });
    expect(await toRequest(message)?.text()).toBe(text);
  });

  it('that somebody has read, and left nothing of, is not taken for none', async () => {
    const message = makeMessage({ headers: chunked, chunks: ['gone'] });
    for await (const _ of message) {
      // As a middleware that verifies a signature reads it.
    }
    const request = toRequest(message);
    expect(request?.body).not.toBeNull();
    expect(() => request && directBodyOf(request)).toThrow(/^request has a body that was read before/);
  });

  it('can be read without its stream', async () => {
    const request = toRequest(makeMessage({ headers: chunked, chunks: ['ab', 'c'] }));
    const bytes = request && (await directBodyOf(request)?.read(3));
    expect(new TextDecoder().decode(bytes)).toBe('abc');
  });

  it('is not read ahead, and its message stays open where it is refused', async () => {
    const message = makeMessage({ headers: chunked, chunks: ['a', 'b', 'c'] });
    const request = toRequest(message);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(message.readableFlowing).toBeNull();
    const reader = request?.body?.getReader();
    expect((await reader?.read())?.value).toEqual(new Uint8Array([0x61]));
    await reader?.cancel();
    expect(message.destroyed).toBe(false);
  });
});
