import { expect, it } from 'vitest';
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
