import { expect, it } from 'vitest';
import { toResponse } from '../http/convert.js';
import { createFetchTransport } from './fetch-transport.js';
import type { BodyTooLarge, HttpResponse } from './transport.js';

const request = { origin: 'https://api.example.com', path: '/', method: 'GET', headers: {}, body: null };

/** Resolves with what a response becomes, or rejects. */
function sent(response: Response): Promise<HttpResponse> {
  return new Promise((onResponse, onError) => {
    createFetchTransport(async () => response).send(request, { onResponse, onError });
  });
}

function withCookies(body: string, ...cookies: string[]): Response {
  return new Response(body, { headers: cookies.map((cookie): [string, string] => ['set-cookie', cookie]) });
}

it.each([[['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']], [['a=1']], [[]]])(
  'each of the cookies %j of an answer is kept',
  async (cookies) => {
    expect(toResponse(await sent(withCookies('{}', ...cookies)))?.headers.getSetCookie()).toEqual(cookies);
  },
);

it('the cookies of an answer that is too long are kept', async () => {
  const failed = sent(withCookies('x'.repeat(2 ** 20 + 1), 'a=1', 'b=2')).catch((error: BodyTooLarge) => error);
  expect((await failed).headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

it('headers may be older than getSetCookie', async () => {
  const response = Object.defineProperty(withCookies('{}', 'a=1'), 'headers', {
    value: Object.assign(new Map([['set-cookie', 'a=1']]), { getSetCookie: undefined }),
  });
  expect((await sent(response)).headers).toEqual({ 'set-cookie': 'a=1' });
});

it('a body of several chunks is put together in their order', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of ['one', 'two', 'three']) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  const { bytes } = await sent(new Response(body));
  expect(new TextDecoder().decode(bytes)).toBe('onetwothree');
});
