import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BodyReader, setDirectBody } from './body-reader.js';
import { readBody } from './read-body.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

/** Has the body of a request read by this, of which nothing has come yet. */
function setReader(request: Request, read: BodyReader): void {
  setDirectBody(request, () => ({ read, readArrived: () => undefined }));
}

function makeRequest(body: BodyInit): Request {
  const headers = { 'content-type': 'application/json' };
  return new Request('https://shop.example.com', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

it('a token that is no UTF-8 is refused, and not taken for another one', async () => {
  const body = Buffer.concat([Buffer.from('{"rejectedToken":"a'), Buffer.from([0xff]), Buffer.from('"}')]);
  await expect(readBody(makeRequest(body), 'ada', 100, 60_000)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  const whole = makeRequest('{"rejectedToken":"aé"}');
  expect(await readBody(whole, 'ada', 100, 60_000)).toEqual({ rejectedToken: 'aé' });
});

it('a body that broke off has the reason as its cause', async () => {
  const reason = new Error('reset');
  const body = new ReadableStream({ start: (controller) => controller.error(reason) });
  const expected = { code: 'INVALID_REQUEST', cause: reason };
  await expect(readBody(makeRequest(body), 'ada', 100, 60_000)).rejects.toMatchObject(expected);
});

it('a body that its listener reads is never asked for from the stream, and is refused where it is too large', async () => {
  const bytes = new TextEncoder().encode('{"rejectedToken":"of the listener"}');
  function makeReadRequest(): Request {
    const request = makeRequest('{"rejectedToken":"of the stream"}');
    setReader(request, async (maxBytes) => (bytes.length > maxBytes ? undefined : bytes));
    return request;
  }
  expect(await readBody(makeReadRequest(), 'ada', 100, 60_000)).toEqual({ rejectedToken: 'of the listener' });
  await expect(readBody(makeReadRequest(), 'ada', 10, 60_000)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  const broken = makeReadRequest();
  const reason = new Error('reset');
  setReader(broken, () => Promise.reject(reason));
  await expect(readBody(broken, 'ada', 100, 60_000)).rejects.toMatchObject({ code: 'INVALID_REQUEST', cause: reason });
});

it('a body that has come is not waited for, and is refused where it is too large', async () => {
  const request = makeRequest('{"rejectedToken":"of the stream"}');
  const bytes = new TextEncoder().encode('{"rejectedToken":"there already"}');
  setDirectBody(request, () => ({ read: () => expect.unreachable('It is waited for.'), readArrived: () => bytes }));
  expect(await readBody(request, 'ada', bytes.length, 60_000)).toEqual({ rejectedToken: 'there already' });
  const refused = { code: 'BODY_TOO_LARGE' };
  await expect(readBody(request, 'ada', bytes.length - 1, 60_000)).rejects.toMatchObject(refused);
});

describe('a body that never comes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each<[what: string, source: UnderlyingDefaultSource<Uint8Array>]>([
    ['silent', {}],
    ['silent after its first bytes', { start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }],
    [
      'nothing but empty chunks',
      {
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          controller.enqueue(new Uint8Array());
        },
      },
    ],
    ['silent, and hangs where it is cancelled', { cancel: () => new Promise(() => {}) }],
  ])('is cancelled after its time where it is %s', async (_, source) => {
    const cancel = vi.fn(source.cancel);
    const body = new ReadableStream<Uint8Array>({ ...source, cancel });
    const reading = readBody(makeRequest(body), 'ada', 100, 1_000).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(900);
    expect(cancel).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(cancel).toHaveBeenCalledTimes(1);
    const cause = { code: 'TIMED_OUT' };
    expect(await reading).toMatchObject({ code: 'INVALID_REQUEST', message: 'The body did not come in time.', cause });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not waited for once its request aborts, before or while it is read', async () => {
    const cause = { message: 'The request was aborted.' };
    const expected = { code: 'INVALID_REQUEST', message: 'The body broke off.', cause };
    const leaver = new AbortController();
    const cancel = vi.fn();
    const request = () => new Request(makeRequest(new ReadableStream({ cancel })), { signal: leaver.signal });
    const reading = readBody(request(), 'ada', 100, 1_000).catch((error: unknown) => error);
    leaver.abort();
    expect(await reading).toMatchObject(expected);
    expect([cancel.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
    await expect(readBody(request(), 'ada', 100, 1_000)).rejects.toMatchObject(expected);
  });

  it('has its listener told to end, and is refused even where that goes on', async () => {
    const request = makeRequest('{}');
    let ending: AbortSignal | undefined;
    setReader(request, (_maxBytes, signal) => {
      ending = signal;
      return new Promise(() => {});
    });
    const reading = readBody(request, 'ada', 100, 1_000).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await reading).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(ending?.aborted).toBe(true);
  });
});

it('a body that came in time leaves nothing on the signal of its request', async () => {
  const { signal } = new AbortController();
  const request = makeRequest('{}');
  Object.defineProperty(request, 'signal', { value: signal });
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  expect(await readBody(request, 'ada', 100, 60_000)).toEqual({});
  expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
});

it('a request of a library that has no signal is read', async () => {
  const request = makeRequest('{}');
  Object.defineProperty(request, 'signal', { value: undefined });
  expect(await readBody(request, 'ada', 100, 60_000)).toEqual({});
});
