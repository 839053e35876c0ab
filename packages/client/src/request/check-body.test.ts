import { describe, expect, it } from 'vitest';
import { failureOf, makeClient, path, request } from '../../test/support/make-client.js';
import { issued } from '../../test/support/start-server.js';

/** Objects that are one user or another, by how they are read. */
const doubles: readonly (readonly [what: string, make: () => object])[] = [
  [
    'a getter that returns another user each time',
    () => {
      let count = 0;
      return {
        name: 'Ada',
        get userId() {
          count += 1;
          return `user${count}`;
        },
      };
    },
  ],
  ['a toJSON of its own', () => ({ userId: 'alice', name: 'Ada', toJSON: () => ({ userId: 'bob', name: 'Bob' }) })],
  [
    'one that is not listed',
    () => Object.defineProperty({ ...request }, 'toJSON', { value: () => ({ userId: 'bob', name: 'Bob' }) }),
  ],
  [
    'one of its class',
    () => Object.assign(Object.create({ toJSON: () => ({ userId: 'bob', name: 'Bob' }) }), { ...request }),
  ],
];

function start(answerTo: (userId: string) => string) {
  const sent: { readonly userId: string }[] = [];
  const fetch = async (given: Request) => {
    const body = (await given.json()) as { userId: string };
    sent.push(body);
    return Response.json({ ...issued, result: { ...issued.result, userId: answerTo(body.userId) } });
  };
  return { nexconn: makeClient('http://localhost:1', { fetch }), sent };
}

describe.each(doubles)('a request with %s', (_what, make) => {
  it('is sent as it was checked, and its result compared with what was sent', async () => {
    const { nexconn, sent } = start((userId) => userId);
    const { userId } = await nexconn.issueAccessToken(make() as never);
    const { data } = await nexconn.http.POST(path, { body: make() as never });
    expect(sent.map((body) => body.userId)).toEqual([userId, data?.result?.userId]);
  });

  it('gets no token of another user', async () => {
    const { nexconn } = start(() => 'alice');
    const call = nexconn.issueAccessToken(make() as never);
    expect(await failureOf(call)).toMatchObject({ code: 'MALFORMED_RESPONSE' });
    const other = nexconn.http.POST(path, { body: make() as never });
    expect(await failureOf(other)).toMatchObject({ code: 'MALFORMED_RESPONSE' });
  });
});

it('what a toJSON returns is refused where it breaks the document', async () => {
  const { nexconn, sent } = start((userId) => userId);
  const body = { ...request, toJSON: () => ({ ...request, userId: '../x' }) };
  expect(await failureOf(nexconn.issueAccessToken(body))).toMatchObject({ issues: [{ field: 'userId' }] });
  expect(() => nexconn.checkRequest('issueAccessToken', body)).toThrow(/userId/);
  expect(sent).toEqual([]);
});

it.each([() => {}, Symbol('x'), undefined])('%o is no body', async (given) => {
  const { nexconn } = start((userId) => userId);
  expect(() => nexconn.checkRequest('issueAccessToken', given as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_REQUEST' }),
  );
});
