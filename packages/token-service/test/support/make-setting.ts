import { type AppSecret, createNexconnClient, type NexconnClientOptions } from '@nexconn-kit/client';
import { createMock, type Mock } from '@nexconn-kit/mock';
import {
  createMemoryStore,
  createTokenService,
  type TokenServiceEvent,
  type TokenServiceOptions,
} from '../../src/index.js';

/** A user who needs no thought. */
export const ada = { userId: 'jlk456j5', name: 'Ada' };

/** A service on a mock of its own, with what is needed to look behind it. */
export interface Setting {
  readonly mock: Mock;
  readonly events: TokenServiceEvent[];
  /** How many tokens the API has issued. */
  readonly issued: () => Promise<number>;
  /** What a client SDK would be told. */
  readonly connect: (token: string) => Promise<number>;
  /** Another instance of the service: its own client, and the same store unless another is given. */
  readonly instance: (options?: InstanceOptions) => ReturnType<typeof createTokenService>;
}

/** How an instance departs from the usual. */
export interface InstanceOptions extends Partial<Omit<TokenServiceOptions, 'client'>> {
  readonly appSecret?: AppSecret;
  readonly clientSettings?: Partial<Omit<NexconnClientOptions, 'region' | 'baseUrl' | 'baseUrls'>>;
}

/** Returns a mock, and what starts instances of the service on it. */
export function makeSetting(store = createMemoryStore()): Setting {
  const mock = createMock({ rateLimit: false });
  const { appKey } = mock;
  const events: TokenServiceEvent[] = [];
  return {
    mock,
    events,
    issued: async () => (await mock.console.listTokens({ appKey, limit: 1000 })).tokens.length,
    connect: async (token) => (await mock.console.checkToken({ appKey, token })).code,
    instance({ appSecret = mock.appSecret, clientSettings, ...options } = {}) {
      const settings = { fetch: mock.fetch, rateLimit: false as const, retry: false as const, ...clientSettings };
      const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', ...settings });
      return createTokenService({ client, store, onEvent: (event) => events.push(event), ...options });
    },
  };
}
