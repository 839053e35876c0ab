import { expect, it } from 'vitest';
import { setBodyReader } from './body-reader.js';
import { readBody } from './read-body.js';

function makeRequest(body: BodyInit): Request {
  const headers = { 'content-type': 'application/json' };
  return new Request('https://shop.example.com', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

it('a token that is no UTF-8 is refused, and not taken for another one', async () => {
  const body = Buffer.concat([Buffer.from('{"rejectedToken":"a'), Buffer.from([0xff]), Buffer.from('"}')]);
  await expect(readBody(makeRequest(body), 'ada', 100)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  const whole = makeRequest('{"rejectedToken":"aé"}');
  expect(await readBody(whole, 'ada', 100)).toEqual({ rejectedToken: 'aé' });
});

it('a body that broke off has the reason as its cause', async () => {
  const reason = new Error('reset');
  const body = new ReadableStream({ start: (controller) => controller.error(reason) });
  const expected = { code: 'INVALID_REQUEST', cause: reason };
  await expect(readBody(makeRequest(body), 'ada', 100)).rejects.toMatchObject(expected);
});

it('a body that its listener reads is never asked for from the stream, and is refused where it is too large', async () => {
  const bytes = new TextEncoder().encode('{"rejectedToken":"of the listener"}');
  function makeReadRequest(): Request {
    const request = makeRequest('{"rejectedToken":"of the stream"}');
    setBodyReader(request, () => async (maxBytes) => (bytes.length > maxBytes ? undefined : bytes));
    return request;
  }
  expect(await readBody(makeReadRequest(), 'ada', 100)).toEqual({ rejectedToken: 'of the listener' });
  await expect(readBody(makeReadRequest(), 'ada', 10)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  const broken = makeReadRequest();
  const reason = new Error('reset');
  setBodyReader(broken, () => () => Promise.reject(reason));
  await expect(readBody(broken, 'ada', 100)).rejects.toMatchObject({ code: 'INVALID_REQUEST', cause: reason });
});
