import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Effect, Operation } from '@nexconn-kit/contract';
import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const requestBody = {
  content: {
    'application/json': {
      schema: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
    },
  },
};
const key = { type: 'string', 'x-mock': { random: 'hex', bytes: 8 } };
const schema = { type: 'object', properties: { key } };
const responses = {
  200: { description: 'Done.', content: { 'application/json': { schema, example: { key: 'a' } } } },
};

/** A document whose operations have these effects. */
function documentOf(effects: Readonly<Record<string, unknown>>): object {
  const parameters = [
    { name: 'who', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
    { name: 'X-Until', in: 'header', schema: { type: 'string' } },
    { name: 'room', in: 'path', required: true, schema: { type: 'string' } },
  ];
  const paths = Object.entries(effects).map(([operationId, rules]) => [
    `/${operationId}/{room}`,
    { post: { operationId, parameters, requestBody, responses, ...(rules !== undefined && { 'x-mock': rules }) } },
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'Own', version: '1' },
    paths: Object.fromEntries(paths),
    'x-error-codes': [{ name: 'NobodyThere', code: 7, httpStatus: 410, retryable: false, meaning: 'a', remedy: 'b' }],
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'effects-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(effects: Readonly<Record<string, unknown>>) {
  const path = join(folder, 'openapi.json');
  await writeFile(path, JSON.stringify(documentOf(effects)));
  return loadDocument(path);
}

describe("the effects of a document of one's own", () => {
  it('change what the mock keeps for its app, by the names of the document, and nothing without x-mock', async () => {
    const document = await load({
      quiet: undefined,
      join: { registerUser: { userId: '$request.body#/id', name: '$request.body#/name' } },
      enter: { issueToken: { userId: '$request.path.room', token: '$response.body#/key' } },
      leave: { expireTokens: { userIds: '$request.query.who', issuedBefore: '$request.header.X-Until' } },
      look: { findUser: { userId: '$request.path.room', unknown: 'NobodyThere' } },
    });
    expect(document.warnings).toEqual([]);
    const mock = createMock({ document });
    const post = async (target: string, body: object = {}, headers = {}) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
      const response = await mock.fetch(
        new Request(`http://mock.test${target}`, { ...init, body: JSON.stringify(body) }),
      );
      return { status: response.status, ...((await response.json()) as { key: string }) };
    };
    const check = async (token: string) => (await mock.console.checkToken({ token })).code;

    await post('/quiet/ada', { id: 'nobody' });
    await post('/join/r1', { id: 'ada', name: 'Ada' });
    const { users } = await mock.console.listUsers({});
    expect(users).toMatchObject([{ userId: 'ada', name: 'Ada', tokenCount: 0, issuedAt: expect.any(Number) }]);
    const again = createMock({ document, state: mock.exportState() });
    expect((await again.console.listUsers({})).users).toEqual(users);

    const [first, second] = [(await post('/enter/ada')).key, (await post('/enter/grace')).key];
    await post('/leave/r1?who=ada&who=grace', {}, { 'x-until': '1' });
    expect([await check(first), await check(second)]).toEqual([0, 0]);
    await post('/leave/r1?who=ada&who=grace', {}, { 'x-until': `${Number.MAX_SAFE_INTEGER}` });
    expect([await check(first), await check(second)]).toEqual([31004, 31004]);

    expect(await post('/look/ada')).toMatchObject({ status: 200 });
    expect(await post('/look/eve')).toMatchObject({ status: 410, code: 7 });
  });

  it('remove a user with all tokens, whom a later registration knows as new', async () => {
    const userId = '$request.path.room';
    const document = await load({
      join: { registerUser: { userId } },
      enter: { issueToken: { userId, token: '$response.body#/key' } },
      look: { findUser: { userId, unknown: 'NobodyThere' } },
      drop: { removeUser: { userId, unknown: 'NobodyThere' } },
      shoo: { removeUser: { userId } },
    });
    const app = { appKey: 'app-of-the-test', environment: 'development', userLimit: 2 } as const;
    const mock = createMock({ document, ...app });
    const post = async (target: string) => {
      const headers = { 'content-type': 'application/json' };
      const response = await mock.fetch(
        new Request(`http://mock.test${target}`, { method: 'POST', headers, body: '{}' }),
      );
      return { status: response.status, ...((await response.json()) as { key: string }) };
    };
    const idsOf = async (from = mock) => (await from.console.listUsers({})).users.map((user) => user.userId);

    const { key: token } = await post('/enter/ada');
    await post('/join/grace');
    expect(await post('/drop/eve')).toMatchObject({
      ...{ status: 410, code: 7 },
      errorMessage: 'There is no user eve to remove: none was registered, and no token was issued for it.',
    });
    expect(await post('/shoo/eve')).toMatchObject({ status: 200 });
    const page = await mock.console.listUsers({ limit: 1 });
    expect(await post('/drop/ada')).toMatchObject({ status: 200 });
    expect((await mock.console.checkToken({ token })).code).toBe(31004);
    expect(await post('/look/ada')).toMatchObject({ status: 410 });
    expect(await post('/drop/ada')).toMatchObject({ status: 410 });
    expect(await idsOf()).toEqual(['grace']);
    expect((await mock.console.listUsers({ after: page.next as string })).users).toMatchObject([{ userId: 'grace' }]);
    expect(await mock.console.getApp({})).toMatchObject({ userCount: 1, tokenCount: 0 });

    const before = await mock.console.takeSnapshot({});
    // There is room for another one.
    const { key: later } = await post('/enter/ada');
    expect(await idsOf()).toEqual(['grace', 'ada']);
    expect((await mock.console.listTokens({ userId: 'ada' })).tokens).toMatchObject([{ valid: true }]);
    await post('/drop/grace');
    const again = createMock({ document, ...app, state: JSON.parse(JSON.stringify(mock.exportState())) });
    expect(await again.console.listUsers({})).toEqual(await mock.console.listUsers({}));
    expect(await again.console.getApp({})).toEqual(await mock.console.getApp({}));
    expect((await again.console.checkToken({ token: later })).code).toBe(0);
    await mock.console.restoreSnapshot({ snapshotId: before.snapshotId });
    expect(await idsOf()).toEqual(['grace']);
  });

  it.each([
    ['findUser', 'find'],
    ['changeUser', 'change'],
    ['removeUser', 'remove'],
    ['expireTokens', 'expire the tokens of'],
  ])('%s says which user it looked for, and for what', async (name, verb) => {
    const values = name === 'expireTokens' ? { userIds: '$request.query.who' } : { userId: '$request.query.who' };
    const mock = createMock({ document: await load({ act: { [name]: { ...values, unknown: 'NobodyThere' } } }) });
    const url = 'http://mock.test/act/r1?who=eve';
    const response = await mock.fetch(new Request(url, { method: 'POST' }));
    expect(await response.json()).toMatchObject({
      errorMessage: `There is no user eve to ${verb}: none was registered, and no token was issued for it.`,
    });
  });

  it('are refused where this version knows no such effect', async () => {
    const loaded = await load({ quiet: undefined });
    const effects = [{ effect: 'forgetUser' as Effect['effect'], values: {} }];
    const operations = { quiet: { ...(loaded.operations.quiet as Operation), effects } };
    await expect(createMock().useDocument({ ...loaded, operations })).rejects.toMatchObject({
      code: 'INVALID_DOCUMENT',
      message: expect.stringMatching(/no effect forgetUser/),
    });
  });
});

const effect = (values: object, name = 'findUser') => ({ act: { [name]: values } });

describe('a mistake in effects is told once, with the nearest name', () => {
  it.each<[claim: string, effects: Readonly<Record<string, unknown>>, message: RegExp, hint: RegExp]>([
    ['no object', { act: 'findUser' }, /x-mock is "findUser"/, /issueToken/],
    ['no effect at all', { act: {} }, /x-mock is \{\}/, /findUser/],
    ['another effect', effect({ userIds: '$request.body#/id' }, 'expireToken'), /no effect/, /expireTokens\?/],
    ['an effect without values', { act: { findUser: null } }, /findUser is null/, /\$request/],
    ['another value', effect({ userID: '$request.body#/id' }), /takes no userID/, /userId\?/],
    ['a value that lacks', effect({}), /findUser has no userId/, /Write userId/],
    ['a misspelt field', effect({ userId: '$request.body#/Id' }), /Id is no field of the request/, /id\?/],
    ['a misspelt field of the answer', effect({ userId: '$response.body#/keys' }), /no field of the answer/, /key\?/],
    ['another parameter', effect({ userId: '$request.path.rooms' }), /no path parameter/, /room\?/],
    ['no expression', effect({ userId: 'ada' }), /"ada", which is no runtime/, /\$request\.body#/],
    ['a number', effect({ userId: 4 }), /4, which is no runtime/, /\$request\.body#/],
    ['another error', effect({ userId: '$request.body#/id', unknown: 'NobodyHere' }), /no error/, /NobodyThere\?/],
    [
      'an effect that refuses nobody',
      effect({ userId: '$request.body#/id', unknown: 'NobodyThere' }, 'registerUser'),
      /takes no unknown/,
      /userId/,
    ],
  ])('%s', async (_claim, effects, message, hint) => {
    const refusal = await load(effects).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'DOCUMENT_INVALID',
      problems: [{ message: expect.stringMatching(message), hint: expect.stringMatching(hint) }],
    });
  });

  it('leaves out its operation alone where others can be played', async () => {
    const { operations, warnings } = await load({ quiet: undefined, ...effect({}) });
    expect(Object.keys(operations)).toEqual(['quiet']);
    expect(warnings).toMatchObject([{ message: expect.stringContaining('POST /act/{room} is left out') }]);
  });
});
