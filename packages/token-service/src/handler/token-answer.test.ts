import { expect, it } from 'vitest';
import { answerOf, type TokenAnswer, toHandler } from './token-answer.js';

const request = new Request('http://a.example');
const answer: TokenAnswer = { status: 201, headers: [['X-A', 'b']], body: '{}' };

it('a handler of ours makes a response of its answer, which is known without it', async () => {
  const handler = toHandler(async (_request, ...[more]: [string]) => ({ ...answer, body: more }));
  const response = await handler(request, 'c');
  expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([201, 'b', 'c']);
  expect(await answerOf(handler)(request, 'c')).toEqual({ ...answer, body: 'c' });
  const none = toHandler(async () => ({ status: 204, headers: [], body: undefined }));
  expect((await none(request)).body).toBeNull();
});

it('the answer of a handler that wraps one of ours is what its response says', async () => {
  const ours = toHandler(async () => answer);
  const wrapped = async (asked: Request): Promise<Response> => {
    const response = await ours(asked);
    const headers = new Headers(response.headers);
    for (const cookie of ['a=1', 'b=2']) headers.append('set-cookie', cookie);
    return new Response(`[${await response.text()}]`, { status: 202, headers });
  };
  const { status, headers, body } = await answerOf(wrapped)(request);
  expect({ status, body: new TextDecoder().decode(body as Uint8Array) }).toEqual({ status: 202, body: '[{}]' });
  expect(headers).toEqual(
    expect.arrayContaining([
      ['x-a', 'b'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]),
  );
  expect(await answerOf(async () => new Response(null, { status: 204 }))(request)).toEqual({
    ...{ status: 204, headers: [], body: undefined },
  });
});
