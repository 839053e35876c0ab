import { expect, it, vi } from 'vitest';
import { listenerOf, resolveOptions, resolveReissueOptions } from './resolve-options.js';
import { createMemoryStore } from './stores/create-memory-store.js';
import type { TokenServiceOptions } from './types.js';

const client = {
  issueAccessToken: async () => ({ userId: '', accessToken: '' }),
  appSecrets: { ids: async () => ({ inForce: '', all: [] }) },
} as unknown as TokenServiceOptions['client'];
const store = createMemoryStore();
const resolve = (options: object) => resolveOptions({ client, store, ...options });
const refused = (option: string, more = '') =>
  expect.objectContaining({
    code: 'INVALID_OPTION',
    message: expect.stringMatching(new RegExp(`^(options has )?"?${option}"? .*${more}`)),
  });

const most = Number.MAX_SAFE_INTEGER;

it('has the documented defaults', () => {
  expect(resolve({})).toMatchObject({
    validityMs: undefined,
    replaceCoolDownMs: 10_000,
    changeCoolDownMs: 3_600_000,
    maxWaitMs: 15_000,
    callTimeoutMs: 60_000,
    unreadableTokens: 'reissue',
    now: Date.now,
  });
  expect(resolve({ tokenValiditySeconds: 60 }).validityMs).toBe(60_000);
  expect(resolveReissueOptions({})).toMatchObject({ concurrency: 32, signal: undefined });
});

it.each([
  ['tokenValiditySeconds', 'seconds', 1, most],
  ['replaceCoolDownMs', 'milliseconds', 0, most],
  ['changeCoolDownMs', 'milliseconds', 0, most],
  ['maxWaitMs', 'milliseconds', 1, most],
  ['storeTimeoutMs', 'milliseconds', 1, 2_147_483_647],
  ['callTimeoutMs', 'milliseconds', 1, 2_147_483_647],
])('%s is a number of %s from %i to %i', (option, unit, min, max) => {
  for (const right of [min, 1.5, max, undefined]) expect(() => resolve({ [option]: right })).not.toThrow();
  for (const wrong of [min - 1, max + 2, Number.NaN, '9']) {
    expect(() => resolve({ [option]: wrong })).toThrow(refused(option, unit));
  }
});

it('concurrency is a whole number of calls from 1 to 256', () => {
  for (const right of [1, 256])
    expect(resolveReissueOptions({ concurrency: right })).toMatchObject({ concurrency: right });
  for (const wrong of [0, 257, 1.5, '9']) {
    expect(() => resolveReissueOptions({ concurrency: wrong as never })).toThrow(refused('concurrency', 'calls'));
  }
});

it.each<[option: string, wrong: readonly unknown[]]>([
  ['client', [null, undefined, {}, { ...client, issueAccessToken: 7 }, { ...client, appSecrets: {} }]],
  ['client', [{ issueAccessToken: client.issueAccessToken }]],
  ['store', [null, undefined, {}, { read: 7 }]],
  ['now', [7, null]],
  ['onEvent', ['log', null]],
  ['unreadableTokens', ['serve', '', null]],
  ['tokenTtlSeconds', [60]],
])('a wrong %s is refused by its name', (option, wrong) => {
  for (const each of wrong) expect(() => resolve({ [option]: each })).toThrow(refused(option));
});

it.each([undefined, null])('%s as the options is refused for what is missing', (options) => {
  expect(() => resolveOptions(options as never)).toThrow(refused('client'));
});

it.each([
  ['onProgress', 7],
  ['signal', {}],
  ['onprogress', () => {}],
])('a wrong %s of reissueAll is refused by its name', (option, wrong) => {
  expect(() => resolveReissueOptions({ [option]: wrong })).toThrow(refused(option));
});

it.each(['reissue', 'refuse'] as const)('unreadableTokens may be %s', (unreadableTokens) => {
  expect(resolve({ unreadableTokens }).unreadableTokens).toBe(unreadableTokens);
});

it('the store is asked through the part of the client’s app, or as it is without an App Key or parts', async () => {
  const asked: string[] = [];
  const part = (name: string) => ({
    ...createMemoryStore(),
    async read() {
      asked.push(name);
      return { token: undefined, currentSecret: undefined };
    },
  });
  const parted = { ...part('all'), forApp: (appKey: string) => part(appKey) };
  await resolve({ store: parted }).store.read('ada');
  await resolve({ store: parted, client: { ...client, appKey: 'one' } }).store.read('ada');
  await resolve({ store: part('without parts'), client: { ...client, appKey: 'one' } }).store.read('ada');
  expect(asked).toEqual(['all', 'one', 'without parts']);
});

it('a listener is called with each value, and one that is left out is not', () => {
  const seen: number[] = [];
  listenerOf('onEvent', (value: number) => seen.push(value))(7);
  listenerOf<number>('onEvent', undefined)(7);
  expect(seen).toEqual([7]);
});

it('a listener of progress that throws is reported by its name', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const { onProgress } = resolveReissueOptions({
    onProgress() {
      throw new Error('The log is full.');
    },
  });
  onProgress({ total: 1, done: 0, failed: 0, remainingMs: undefined });
  expect(String(warned.mock.calls)).toContain('onProgress failed');
  warned.mockRestore();
});
