import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { directBodyOf, setDirectBody } from '../handler/body-reader.js';
import { createMessageBody } from './message-body.js';

const makeMessage = (...chunks: string[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as unknown as IncomingMessage;

function makeRequest(message: IncomingMessage): Request {
  const { stream, findBody } = createMessageBody(message);
  const request = new Request('http://a.example', { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
  setDirectBody(request, findBody);
  return request;
}

/** What the reader of a request resolves to, as text. */
async function readText(request: Request, maxBytes: number): Promise<string | undefined> {
  const bytes = await directBodyOf(request)?.read(maxBytes);
  return bytes && new TextDecoder().decode(bytes);
}

it('a body is read without its stream, in one chunk or several', async () => {
  expect(await readText(makeRequest(makeMessage('abc')), 3)).toBe('abc');
  expect(await readText(makeRequest(makeMessage('ab', 'c')), 3)).toBe('abc');
  expect(await readText(makeRequest(makeMessage()), 3)).toBe('');
});

it('a body that is too large is told as soon as it is, and leaves its message open', async () => {
  const message = makeMessage('ab', 'cd', 'ef');
  const listeners = () => ['data', 'end', 'error', 'close'].map((event) => message.listenerCount(event));
  const before = listeners();
  expect(await readText(makeRequest(message), 3)).toBeUndefined();
  expect([message.destroyed, message.readableEnded, message.isPaused()]).toEqual([false, false, true]);
  expect(listeners()).toEqual(before);
});

it('a body that is waited for no longer leaves its message open, and nobody listens to it', async () => {
  const message = new Readable({ read() {} }) as unknown as IncomingMessage;
  const listeners = () => ['data', 'end', 'error', 'close'].map((event) => message.listenerCount(event));
  const before = listeners();
  const ending = new AbortController();
  const reading = directBodyOf(makeRequest(message))?.read(3, ending.signal);
  ending.abort(new Error('Too late.'));
  await expect(reading).rejects.toThrow('Too late.');
  expect([message.destroyed, message.isPaused()]).toEqual([false, true]);
  expect(listeners()).toEqual(before);
});

describe('a body that has come', () => {
  /** A message of whose body so much is there. */
  function makeArrived(text: string, { length = text.length, complete = false } = {}): IncomingMessage {
    const message = new Readable({ read() {} });
    message.push(text);
    return Object.assign(message, {
      headers: { 'content-length': `${length}` },
      complete,
    }) as unknown as IncomingMessage;
  }
  const readArrived = (message: IncomingMessage) => directBodyOf(makeRequest(message))?.readArrived()?.toString();

  it('is read at once where it is whole, by its length or its end', () => {
    expect(readArrived(makeArrived('abc'))).toBe('abc');
    expect(readArrived(makeArrived('abc', { length: Number.NaN, complete: true }))).toBe('abc');
  });

  it('is waited for where a part is missing, nothing came, somebody reads it, or it is decoded', async () => {
    expect(readArrived(makeArrived('ab', { length: 3 }))).toBeUndefined();
    expect(readArrived(makeArrived('', { complete: true }))).toBeUndefined();
    expect(readArrived(makeArrived('abc').resume())).toBeUndefined();
    expect(readArrived(makeArrived('abc').setEncoding('utf8'))).toBeUndefined();
    const request = makeRequest(makeArrived('abc'));
    const reading = readText(request, 3);
    expect(directBodyOf(request)?.readArrived()).toBeUndefined();
    expect(await Promise.race([reading, 'under way'])).toBe('under way');
  });

  it('is there for whoever asks again, and in the stream', async () => {
    const request = makeRequest(makeArrived('abc'));
    const copy = request.clone();
    expect(directBodyOf(request)?.readArrived()?.toString()).toBe('abc');
    expect(directBodyOf(request)?.readArrived()).toBeUndefined();
    expect([await readText(request, 3), await copy.text()]).toEqual(['abc', 'abc']);
  });
});

describe('a stream of the same body', () => {
  it('has the bytes that were read without it', async () => {
    const request = makeRequest(makeMessage('ab', 'c'));
    const copy = request.clone();
    expect(await readText(request, 3)).toBe('abc');
    expect(await copy.text()).toBe('abc');
  });

  it('is the only way once it was used', async () => {
    const request = makeRequest(makeMessage('ab', 'c'));
    expect(await request.clone().text()).toBe('abc');
    expect(directBodyOf(request)).toBeUndefined();
    expect(await request.text()).toBe('abc');
    expect(directBodyOf(new Request(request.url))).toBeUndefined();
  });
});

it('a stream that is cancelled lets go of its message, which was read or was not', async () => {
  const message = makeMessage('ab', 'c');
  const reader = makeRequest(message).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect([message.destroyed, message.listenerCount('readable')]).toEqual([false, 0]);
  await makeRequest(makeMessage('ab')).body?.cancel();
});

describe('a message that ended before it was read', () => {
  const refused = {
    code: 'INVALID_OPTION',
    message: expect.stringMatching(/^request has a body that was read before/),
  };

  it('by its end is refused, for what is lost', async () => {
    const message = makeMessage('abc');
    const request = makeRequest(message);
    for await (const _ of message) {
      // As somebody before reads it.
    }
    await expect(readText(request, 3)).rejects.toMatchObject(refused);
    await expect(readText(makeRequest(message), 3)).rejects.toMatchObject(refused);
  });

  it('in a part is refused as well', async () => {
    const message = makeMessage('ab', 'c');
    await message.iterator({ destroyOnReturn: false }).next();
    await expect(readText(makeRequest(message), 3)).rejects.toMatchObject(refused);
  });

  it('by its end, without any bytes, has lost none', async () => {
    const message = makeMessage();
    for await (const _ of message) expect.unreachable('It has no bytes.');
    expect(await readText(makeRequest(message), 3)).toBe('');
  });

  it('by us has its bytes for whoever asks again', async () => {
    const request = makeRequest(makeMessage('abc'));
    expect([await readText(request, 3), await readText(request, 3)]).toEqual(['abc', 'abc']);
  });

  it.each([
    ['with an error', new Error('reset'), 'reset'],
    ['with its connection', undefined, 'The connection ended before the body did.'],
  ])('%s rejects, before it is read and while', async (_, error, message) => {
    const before = makeMessage('abc');
    before.on('error', () => {});
    await once(before.destroy(error), 'close', { signal: AbortSignal.timeout(60_000) }).catch(() => {});
    await expect(readText(makeRequest(before), 3)).rejects.toThrow(message);

    const meanwhile = new Readable({ read() {} }) as unknown as IncomingMessage;
    const reading = readText(makeRequest(meanwhile), 3);
    meanwhile.destroy(error);
    await expect(reading).rejects.toThrow(message);
  });
});
