import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { makeEnvironment } from '../../test/support/make-environment.js';
import { failureOf, makeServer, makeSource, refuse } from '../../test/support/make-source.js';
import { connectWithToken, createTokenSource, refreshCodes } from '../index.js';

/** A chat server that answers with the given codes in turn. */
function makeChat(...codes: number[]) {
  const tokens: string[] = [];
  const connect = async (token: string) => {
    tokens.push(token);
    return { code: codes.shift() ?? 0, data: 'ada' };
  };
  return { connect, tokens };
}

describe('connectWithToken', () => {
  it.each<[name: string, source: unknown, connect: unknown]>([
    ['source.get', undefined, async () => 0],
    ['source.get', { get: 'no' }, async () => 0],
    ['source.reject', { get: async () => 'a' }, async () => 0],
    ['source.reject', { get: async () => 'a', reject: 'no' }, async () => 0],
    ['connect', { get: async () => 'a', reject: async () => 'b' }, undefined],
    ['connect', { get: async () => 'a', reject: async () => 'b' }, 'no'],
  ])('refuses a %s that is none, by name', async (name, source, connect) => {
    const message = expect.stringMatching(new RegExp(`^${name} is`));
    const connected = connectWithToken(source as never, connect as never);
    await expect(connected).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
  });

  it.each<[options: unknown, message: string]>([
    [{ sgnal: 1 }, 'sgnal is no option. Did you mean signal?'],
    [7, 'options is of type number. Pass an object.'],
    [{ signal: {} }, 'signal is no AbortSignal. Pass that of an AbortController, or leave it out.'],
  ])('refuses %j for its options, before it asks any source', async (options, message) => {
    const get = vi.fn(async () => 'a');
    const connected = connectWithToken({ get, reject: get }, async () => 0, options as never);
    await expect(connected).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
    expect(get).not.toHaveBeenCalled();
  });

  it('resolves with the answer of connect', async () => {
    const { connect, tokens } = makeChat(0);
    const answer = await connectWithToken(makeSource(makeEnvironment(), makeServer().fetchToken), connect);
    expectTypeOf(answer).toEqualTypeOf<{ code: number; data: string }>();
    expect(answer).toEqual({ code: 0, data: 'ada' });
    expect(tokens).toEqual(['token-1']);
  });

  it.each(refreshCodes)('connects with another token on %i', async (code) => {
    const { connect, tokens } = makeChat(code, 0);
    const answer = await connectWithToken(makeSource(makeEnvironment(), makeServer().fetchToken), connect);
    expect(answer.code).toBe(0);
    expect(tokens).toEqual(['token-1', 'token-2']);
  });

  it('gives up after two other tokens, with the last answer', async () => {
    const { connect, tokens } = makeChat(31004, 31020, 31027, 0);
    const answer = await connectWithToken(makeSource(makeEnvironment(), makeServer().fetchToken), connect);
    expect(answer.code).toBe(31027);
    expect(tokens).toEqual(['token-1', 'token-2', 'token-3']);
  });

  it.each([0, 31002, 31008, 31009, 31010, 31011, 31022, 31023, 31025, 31029, 30001])(
    'keeps its token on %i, and takes a bare code as well',
    async (code) => {
      const { fetchToken, requests } = makeServer();
      const source = makeSource(makeEnvironment(), fetchToken);
      expect(await connectWithToken(source, async () => code)).toBe(code);
      expect(requests).toHaveLength(1);
    },
  );

  it('does not connect again with the token that was not accepted', async () => {
    const { connect, tokens } = makeChat(31004);
    const same = makeServer({ accessToken: 'a' }, { accessToken: 'a' });
    expect((await connectWithToken(makeSource(makeEnvironment(), same.fetchToken), connect)).code).toBe(31004);
    expect((await connectWithToken(createTokenSource({ token: 'a' }), makeChat(31004).connect)).code).toBe(31004);
    expect(tokens).toEqual(['a']);
  });

  it.each([undefined, null, {}])('resolves with %o, which has no code, as with any other answer', async (answer) => {
    const { fetchToken, requests } = makeServer();
    const source = makeSource(makeEnvironment(), fetchToken);
    expect(await connectWithToken(source, async () => answer as never)).toBe(answer);
    expect(requests).toHaveLength(1);
  });

  it.each([undefined, null, { code: 'OTHER' }])('passes on %o, with which a source rejects', async (thrown) => {
    const source = { get: async () => 'a', reject: () => Promise.reject(thrown) };
    expect(await failureOf(connectWithToken(source, async () => 31004))).toBe(thrown);
  });

  it('passes on what the source and connect throw', async () => {
    const refused = makeServer({ accessToken: 'a' }, refuse(401));
    const got = connectWithToken(makeSource(makeEnvironment(), refused.fetchToken), makeChat(31004).connect);
    await expect(got).rejects.toMatchObject({ code: 'LOGIN_REQUIRED' });
    const failing = connectWithToken(createTokenSource({ token: 'a' }), () => Promise.reject(new Error('socket')));
    await expect(failing).rejects.toThrow('socket');
    const aborted = { signal: AbortSignal.abort() };
    const ended = connectWithToken(makeSource(makeEnvironment(), makeServer().fetchToken), async () => 0, aborted);
    await expect(ended).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
