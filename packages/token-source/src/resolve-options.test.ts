import { describe, expect, it } from 'vitest';
import { failureOf, makeStorage } from '../test/support/make-source.js';
import { createTokenSource, type TokenSourceOptions } from './index.js';
import { resolveOptions } from './resolve-options.js';

const endpoint = '/a';
const fetchToken = async () => ({ accessToken: 'a' });
const { entries: _, ...storage } = makeStorage();
const request = { rejectedToken: undefined, signal: new AbortController().signal };

const oneWay = 'Pass one of endpoint (a URL), fetchToken (a function) and token (text).';
const wholeMs = 'Pass whole milliseconds from 1 to 600000.';
const wholeAttempts = 'Pass whole attempts from 1 to 10.';
const noText = 'Pass a text that is not empty.';
const noFunction = 'Pass a function, or leave it out.';
const noStorage = 'storage has no getItem and setItem. Pass one, such as localStorage.';
const noCredentials = 'credentials is none of "omit", "same-origin", "include". Pass one of them.';

describe('wrong options', () => {
  it.each<[options: unknown, message: string]>([
    [{}, oneWay],
    [{ endpoint: '' }, oneWay],
    [{ endpoint: {} }, oneWay],
    [{ endpoint: { href: 7 } }, oneWay],
    [{ endpoint: 5 }, oneWay],
    [{ token: '' }, oneWay],
    [{ token: ' \n' }, oneWay],
    [{ token: 7 }, oneWay],
    [{ fetchToken: 'no' }, oneWay],
    [{ endpoint, token: 'b' }, oneWay],
    [{ endpoint, fetchToken }, oneWay],
    [{ fetchToken, token: 'b' }, oneWay],
    [{ endpoint, maxAttempts: 0 }, `maxAttempts is 0. ${wholeAttempts}`],
    [{ endpoint, maxAttempts: 11 }, `maxAttempts is 11. ${wholeAttempts}`],
    [{ endpoint, maxAttempts: 1.5 }, `maxAttempts is 1.5. ${wholeAttempts}`],
    [{ endpoint, timeoutMs: 0 }, `timeoutMs is 0. ${wholeMs}`],
    [{ endpoint, timeoutMs: 600_001 }, `timeoutMs is 600001. ${wholeMs}`],
    [{ endpoint, timeoutMs: 1.5 }, `timeoutMs is 1.5. ${wholeMs}`],
    [{ endpoint, timeoutMs: Number.NaN }, `timeoutMs is NaN. ${wholeMs}`],
    [{ endpoint, userId: 7 }, `userId is of type number. ${noText}`],
    [{ endpoint, userId: '' }, `userId is empty. ${noText}`],
    [{ endpoint, userId: ['alice'] }, `userId is of type object. ${noText}`],
    [{ endpoint, userId: Object('alice') }, `userId is of type object. ${noText}`],
    [{ endpoint, userId: null }, 'userId is null. Pass a value, or leave it out.'],
    [{ endpoint, storageKey: '' }, `storageKey is empty. ${noText}`],
    [{ endpoint, storageKey: ' ' }, `storageKey is empty. ${noText}`],
    [{ endpoint, userId: ' \t' }, `userId is empty. ${noText}`],
    [{ endpoint, storageKey: 7 }, `storageKey is of type number. ${noText}`],
    [{ endpoint, storage: {} }, noStorage],
    [{ endpoint, storage: 7 }, noStorage],
    [{ endpoint, storage: '' }, noStorage],
    [{ endpoint, storage: false }, noStorage],
    [{ endpoint, storage: { ...storage, getItem: 'no' } }, noStorage],
    [{ endpoint, storage: { ...storage, setItem: 'no' } }, noStorage],
    [{ endpoint, fetch: 'no' }, `fetch is of type string. ${noFunction}`],
    [{ endpoint, onEvent: 'no' }, `onEvent is of type string. ${noFunction}`],
    [{ endpoint, headers: 'Authorization: a' }, `headers is of type string. ${noFunction}`],
    [{ endpoint, headers: 7 }, `headers is of type number. ${noFunction}`],
    [{ endpoint, credentials: true }, noCredentials],
    [{ endpoint, credentials: 'always' }, noCredentials],
    [{ endpoint, usrId: 'a' }, 'usrId is no option. Did you mean userId?'],
  ])('%j are refused, and the wrong one is named', (options, message) => {
    const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message });
    expect(() => createTokenSource(options as TokenSourceOptions)).toThrow(refusal);
  });
});

describe('options', () => {
  it('have the defaults of the page of options', () => {
    expect(resolveOptions({ fetchToken })).toEqual({
      fetchToken,
      userId: undefined,
      storage: undefined,
      storageKey: 'nexconn-token',
      timeoutMs: 15_000,
      maxAttempts: 5,
      onEvent: undefined,
    });
    expect(resolveOptions({ fetchToken, userId: 'ada' })).toMatchObject({
      userId: 'ada',
      storageKey: 'nexconn-token:ada',
    });
  });

  it.each([
    { timeoutMs: 1, maxAttempts: 1 },
    { timeoutMs: 600_000, maxAttempts: 10, storageKey: 'a', onEvent: () => {} },
  ])('of %j are taken as they are', (options) => {
    expect(resolveOptions({ fetchToken, ...options })).toMatchObject(options);
  });

  it.each<Partial<TokenSourceOptions>>([
    { credentials: 'omit' },
    { credentials: 'same-origin' },
    { credentials: 'include' },
    { headers: {} },
    { headers: async () => ({}) },
    { endpoint: new URL('https://a.example/token') },
    { storage: null as never },
  ])('of %j are taken', (options) => {
    expect(() => resolveOptions({ endpoint, ...options } as TokenSourceOptions)).not.toThrow();
  });

  it('have the storage as a function, which is asked for when it is used', () => {
    const isBlocked = (): never => {
      throw new Error('blocked');
    };
    expect(resolveOptions({ fetchToken, storage }).storage?.()).toBe(storage);
    expect(resolveOptions({ fetchToken, storage: isBlocked }).storage).toBe(isBlocked);
    const withoutRemoval = { ...storage, removeItem: undefined as never };
    expect(resolveOptions({ fetchToken, storage: withoutRemoval }).storage?.()).toBe(withoutRemoval);
  });

  it('of a literal token have a function that returns that, and nothing in its place', async () => {
    const fixed = resolveOptions({ token: 'a' }).fetchToken;
    expect(await fixed(request)).toEqual({ accessToken: 'a' });
    const failure = await failureOf(fixed({ ...request, rejectedToken: 'a' }));
    expect(failure).toMatchObject({ name: 'TokenSourceError', code: 'TOKEN_FIXED' });
  });
});
