import { describe, expect, it } from 'vitest';
import { createD1Store } from './d1/index.js';
import { createTokenHandler, createTokenService } from './index.js';
import { toFastifyPlugin, toNodeListener } from './node/index.js';
import { createPostgresStore } from './postgres/index.js';
import { createRedisStore } from './redis/index.js';
import { backUpStore } from './stores/back-up-store.js';
import { createEncryptedStore } from './stores/create-encrypted-store.js';
import { createMemoryStore } from './stores/create-memory-store.js';
import { restoreStore } from './stores/restore-store.js';
import type { TokenService, TokenServiceOptions, TokenStore } from './types.js';
import { fitUser } from './users/fit-user.js';

const client = {
  issueAccessToken: async () => ({ userId: '', accessToken: '' }),
  appSecrets: { ids: async () => ({ inForce: '', all: [] }) },
} as unknown as TokenServiceOptions['client'];
const keys = [Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')] as [string];
const handler = async () => new Response();
const lines = () => [] as unknown as AsyncIterable<string>;
const tokens = createTokenService({ client, store: createMemoryStore() });
const user = { userId: 'ada', name: 'Ada' };

/** The option that a call refuses by name, whether it throws or rejects. */
async function refusedBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    return code === 'INVALID_OPTION' ? message.split(' ')[0] : error;
  }
  return 'nothing';
}

// As plain JavaScript passes it.
// biome-ignore lint/suspicious/noExplicitAny: that is what is tried.
const wrong: any[] = [null, undefined, 5, 'text', {}, []];

describe.each(wrong)('passed as %j', (value) => {
  it.each<[option: string, call: () => unknown]>([
    ['handler', () => toNodeListener(value)],
    ['handler', () => toFastifyPlugin(value, '/')],
    ['path', () => toFastifyPlugin(handler, value)],
    ['tokens', () => createTokenHandler(value, { authenticate: () => undefined })],
    ['store', () => createTokenService({ client, store: value })],
    ['store', () => createEncryptedStore(value, { keys })],
    ['store', () => backUpStore(value).next()],
    ['store', () => restoreStore(value, lines)],
    ['readLines', () => restoreStore(createMemoryStore(), value)],
    ['client', () => createPostgresStore(value)],
    ['client', () => createRedisStore(value)],
    ['database', () => createD1Store(value)],
  ])('%s is refused by its name (%#)', async (option, call) => {
    expect(await refusedBy(call)).toBe(option);
  });
});

it.each([null, undefined, 5, '', {}])(
  'a rejectedToken, or an App Key, that is %j is refused by its name',
  async (none) => {
    expect(await refusedBy(() => tokens.replace({ ...user, rejectedToken: none as string }))).toBe('rejectedToken');
    expect(await refusedBy(() => createMemoryStore().forApp?.(none as string))).toBe('appKey');
  },
);

it.each([null, undefined, 5, {}])('lines of a backup that are %j are refused by their name', async (none) => {
  expect(await refusedBy(() => restoreStore(createMemoryStore(), () => none as never))).toBe('readLines');
});

it.each([5, 'ada', true, false, 0, ''])('a user who is %j is refused by name', async (none) => {
  expect(await refusedBy(() => fitUser(none as never))).toBe('user');
});

it.each(['get', 'replace'] as const)('tokens without %s are refused by name', async (name) => {
  const half = { ...tokens, [name]: undefined } as unknown as TokenService;
  expect(await refusedBy(() => createTokenHandler(half, { authenticate: () => undefined }))).toBe('tokens');
});

it.each(Object.keys(createMemoryStore()) as (keyof TokenStore)[])('a store without %s is refused', async (name) => {
  const store = { ...createMemoryStore(), [name]: undefined } as unknown as TokenStore;
  expect(() => createTokenService({ client, store })).toThrow(`store is no store: ${name} is no function`);
});
