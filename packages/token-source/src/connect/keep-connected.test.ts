import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { makeEnvironment } from '../../test/support/make-environment.js';
import { makeServer, makeSource, refuse } from '../../test/support/make-source.js';
import { type ConnectAnswer, type ConnectionEnd, createTokenSource, keepConnected, refreshCodes } from '../index.js';
import { keepConnectedIn } from './keep-connected.js';

/** A chat SDK that answers with the given codes in turn, and then with 0; `tell` is a status of its connection. */
function makeChat(...codes: number[]) {
  const tokens: string[] = [];
  const listeners = new Set<(status: ConnectAnswer) => void>();
  return {
    tokens,
    listeners,
    tell(status: ConnectAnswer) {
      for (const listener of listeners) listener(status);
    },
    options: {
      connect: async (token: string) => {
        tokens.push(token);
        return { code: codes.shift() ?? 0, data: 'ada' };
      },
      onStatus(listener: (status: ConnectAnswer) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
}

async function start(codes: readonly number[] = [], { fetchToken } = makeServer()) {
  const environment = makeEnvironment();
  const chat = makeChat(...codes);
  const ends: ConnectionEnd[] = [];
  const options = { ...chat.options, onEnd: (end: ConnectionEnd) => void ends.push(end) };
  const kept = await keepConnectedIn(environment, makeSource(environment, fetchToken), options);
  return { environment, chat, ends, kept };
}

describe('keepConnected', () => {
  it.each<[string, unknown]>([
    ['options', undefined],
    ['conect', { conect: async () => 0 }],
    ['connect', { onStatus() {} }],
    ['connect', { connect: 'no', onStatus() {} }],
    ['onStatus', { connect: async () => 0 }],
    ['onEnd', { connect: async () => 0, onStatus() {}, onEnd: 5 }],
  ])('refuses a wrong %s by name', async (name, options) => {
    const message = expect.stringMatching(new RegExp(`^${name} is`));
    await expect(keepConnected(createTokenSource({ token: 'a' }), options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message,
    });
  });

  it('connects first, as connectWithToken does', async () => {
    const { chat, kept } = await start([31020]);
    expectTypeOf(kept.answer).toEqualTypeOf<{ code: number; data: string }>();
    expect(kept.answer).toEqual({ code: 0, data: 'ada' });
    expect(chat.tokens).toEqual(['token-1', 'token-2']);
  });

  it.each(refreshCodes)('gets another token and connects again on %i', async (code) => {
    const { chat, environment, ends } = await start();
    chat.tell({ code });
    await environment.pass(1_000);
    expect(chat.tokens).toEqual(['token-1', 'token-2']);
    chat.tell(code);
    await environment.pass(2_000);
    expect(chat.tokens).toEqual(['token-1', 'token-2', 'token-3']);
    expect(ends).toEqual([]);
  });

  it.each([
    0,
    30015,
    31002,
    31005,
    31008,
    31009,
    31010,
    31011,
    31021,
    31022,
    31023,
    31024,
    31025,
    31026,
    31028,
    31029,
    31030,
    34001,
    34006,
    undefined,
    null,
  ])('leaves %s to the SDK', async (status) => {
    const { chat, environment, ends } = await start();
    chat.tell(status as number);
    await environment.pass(100_000);
    expect(chat.tokens).toEqual(['token-1']);
    expect(ends).toEqual([]);
  });

  it('takes statuses that come while it connects for one about that token', async () => {
    const { chat, environment } = await start();
    for (const code of [31020, 31004, 31020]) chat.tell(code);
    await environment.pass(1_000);
    expect(chat.tokens).toEqual(['token-1', 'token-2']);
  });

  it('waits longer before each token in a row, and ends after five', async () => {
    const { chat, environment, ends } = await start([0, 31004, 31004, 31004, 31004, 31004, 0]);
    chat.tell(31004);
    await environment.pass(1_000);
    expect(chat.tokens).toHaveLength(2);
    for (const [index, ms] of [2_000, 4_000, 8_000, 16_000].entries()) {
      await environment.pass(ms - 1);
      expect(chat.tokens).toHaveLength(index + 2);
      await environment.pass(1);
      expect(chat.tokens).toHaveLength(index + 3);
    }
    expect(ends).toEqual([{ code: 31004 }]);
    expect(chat.listeners.size).toBe(0);
  });

  it('begins a new row after a token that was good for five minutes', async () => {
    const { chat, environment, ends } = await start();
    for (let row = 0; row < 8; row += 1) {
      await environment.pass(300_000);
      chat.tell(31020);
      await environment.pass(1_000);
    }
    expect(chat.tokens).toHaveLength(9);
    expect(ends).toEqual([]);
  });

  it('counts a token that was refused sooner', async () => {
    const { chat, environment, ends } = await start();
    for (let row = 0; row < 6; row += 1) {
      chat.tell(31020);
      await environment.pass(60_000);
    }
    expect(chat.tokens).toHaveLength(6);
    expect(ends).toEqual([{ code: 31020 }]);
  });

  it('ends with the error of the source', async () => {
    const { chat, environment, ends } = await start([], makeServer({ accessToken: 'a' }, refuse(401)));
    chat.tell(31020);
    await environment.pass(1_000);
    expect(ends).toMatchObject([{ error: { code: 'LOGIN_REQUIRED' } }]);
    chat.tell(31020);
    await environment.pass(1_000);
    expect(ends).toHaveLength(1);
  });

  it('ends with what connect throws', async () => {
    const environment = makeEnvironment();
    const ends: ConnectionEnd[] = [];
    const failed = new Error('no socket');
    const other = makeChat();
    const connect = vi.fn().mockResolvedValueOnce(0).mockRejectedValueOnce(failed);
    const onEnd = (end: ConnectionEnd) => void ends.push(end);
    await keepConnectedIn(environment, makeSource(environment, makeServer().fetchToken), {
      ...other.options,
      connect,
      onEnd,
    });
    other.tell(31020);
    await environment.pass(1_000);
    expect(ends).toEqual([{ error: failed }]);
  });

  it('ends with a code that no token mends, after another token', async () => {
    const { chat, environment, ends } = await start([0, 31008]);
    chat.tell(31020);
    await environment.pass(1_000);
    expect(ends).toEqual([{ code: 31008 }]);
  });

  it('ends where there is no other token', async () => {
    const chat = makeChat();
    const ends: ConnectionEnd[] = [];
    const onEnd = (end: ConnectionEnd) => void ends.push(end);
    await keepConnected(createTokenSource({ token: 'a' }), { ...chat.options, onEnd });
    chat.tell(31020);
    await until(() => expect(ends).toEqual([{ code: 31020 }]));
    expect(chat.tokens).toEqual(['a']);
  });

  it('stops without an end, also while it waits for a token', async () => {
    const { chat, environment, ends, kept } = await start([0, 31004]);
    chat.tell(31004);
    await environment.pass(1_000);
    expect(environment.timers()).toHaveLength(1);
    kept.stop();
    await environment.pass(60_000);
    expect(chat.tokens).toHaveLength(2);
    expect(ends).toEqual([]);
    expect(chat.listeners.size).toBe(0);
    expect(environment.timers()).toEqual([]);
  });

  it('leaves no listener where the first connection fails', async () => {
    const chat = makeChat();
    const environment = makeEnvironment();
    const connect = () => Promise.reject(new Error('no socket'));
    const source = makeSource(environment, makeServer().fetchToken);
    await expect(keepConnectedIn(environment, source, { ...chat.options, connect })).rejects.toThrow('no socket');
    expect(chat.listeners.size).toBe(0);
  });

  it.each([
    ['before a status', async () => {}],
    [
      'while it waits to get another token',
      async ({ chat, environment }: Awaited<ReturnType<typeof start>>) => {
        chat.tell(31020);
        await environment.pass(500);
      },
    ],
  ])('ends with the log-out, %s: nobody else is connected by it, and no token is asked for', async (_, before) => {
    const environment = makeEnvironment();
    const chat = makeChat();
    const ends: ConnectionEnd[] = [];
    const { fetchToken, requests } = makeServer();
    const source = makeSource(environment, fetchToken);
    const onEnd = (end: ConnectionEnd) => void ends.push(end);
    const kept = await keepConnectedIn(environment, source, { ...chat.options, onEnd });
    await before({ environment, chat, ends, kept });
    await source.clear();
    chat.tell(31004);
    await environment.pass(60_000);
    expect(chat.tokens).toEqual(['token-1']);
    expect(requests).toHaveLength(1);
    expect(ends).toMatchObject([{ error: { code: 'CLEARED' } }]);
    expect(chat.listeners.size).toBe(0);
  });

  it('ends where a connection is never answered', async () => {
    const environment = makeEnvironment();
    const chat = makeChat();
    const ends: ConnectionEnd[] = [];
    const connect = vi
      .fn()
      .mockResolvedValueOnce(0)
      .mockReturnValue(new Promise(() => {}));
    const onEnd = (end: ConnectionEnd) => void ends.push(end);
    await keepConnectedIn(environment, makeSource(environment, makeServer().fetchToken), {
      ...chat.options,
      connect,
      onEnd,
    });
    chat.tell(31020);
    await environment.pass(61_000);
    expect(ends).toMatchObject([{ error: { message: expect.stringContaining('60000 ms') } }]);
  });

  it('takes the end of an asynchronous watch, and its failure', async () => {
    const environment = makeEnvironment();
    const source = makeSource(environment, makeServer().fetchToken);
    const chat = makeChat();
    const leave = vi.fn();
    const kept = await keepConnectedIn(environment, source, { ...chat.options, onStatus: async () => leave });
    kept.stop();
    kept.stop();
    expect(leave).toHaveBeenCalledTimes(1);
    const failed = new Error('no events');
    const ends: ConnectionEnd[] = [];
    const onStatus = () => Promise.reject(failed);
    const onEnd = (end: ConnectionEnd) => void ends.push(end);
    await keepConnectedIn(environment, source, { ...chat.options, onStatus, onEnd }).catch(() => {});
    expect(ends).toEqual([{ error: failed }]);
  });

  it('stops where the function that ends its watch throws', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const environment = makeEnvironment();
    const source = makeSource(environment, makeServer().fetchToken);
    const onStatus = () => () => {
      throw new Error('gone');
    };
    const kept = await keepConnectedIn(environment, source, { ...makeChat().options, onStatus });
    expect(kept.stop).not.toThrow();
    expect(String(warned.mock.calls)).toContain('onStatus failed');
    warned.mockRestore();
  });
});
