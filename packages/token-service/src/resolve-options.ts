import { tell } from './call-listener.js';
import { TokenServiceError } from './errors.js';
import { boundStore } from './stores/bounded-store.js';
import type { TokenServiceEvent, TokenServiceOptions, TokenStore } from './types.js';

/** The options of a token service, checked once, with every default in place. */
export interface Settings {
  readonly client: TokenServiceOptions['client'];
  /** Rejects in time. */
  readonly store: TokenStore;
  /** Undefined where tokens have no end. */
  readonly ttlMs: number | undefined;
  readonly replaceCoolDownMs: number;
  readonly maxWaitMs: number;
  readonly now: () => number;
  readonly emit: (event: TokenServiceEvent) => void;
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function resolveOptions(options: TokenServiceOptions): Settings {
  const { client, store, tokenTtlSeconds, replaceCoolDownMs = 10_000, maxWaitMs = 15_000 } = options ?? {};
  const { storeTimeoutMs = 2_000, now = Date.now, onEvent = () => {} } = options ?? {};
  if (typeof client?.issueAccessToken !== 'function' || typeof client.secretIds !== 'function') {
    refuse('client', 'is no client. Pass what createNexconnClient gives.');
  }
  if (typeof store?.read !== 'function') refuse('store', 'is no store. Pass one, such as createMemoryStore().');
  if (tokenTtlSeconds !== undefined) {
    checkNumber('tokenTtlSeconds', tokenTtlSeconds, 1, 'the seconds that are set in the console');
  }
  checkNumber('replaceCoolDownMs', replaceCoolDownMs, 0, 'milliseconds');
  checkNumber('maxWaitMs', maxWaitMs, 1, 'milliseconds');
  checkNumber('storeTimeoutMs', storeTimeoutMs, 1, 'milliseconds');
  return {
    client,
    store: boundStore(store, storeTimeoutMs),
    ttlMs: tokenTtlSeconds === undefined ? undefined : tokenTtlSeconds * 1000,
    replaceCoolDownMs,
    maxWaitMs,
    now,
    emit: (event) => tell(() => onEvent(event)),
  };
}

function checkNumber(option: string, value: number, least: number, what: string): void {
  if (typeof value === 'number' && value >= least && Number.isFinite(value)) return;
  refuse(option, `is ${typeof value === 'number' ? value : typeof value}. Pass ${what}, ${least} or more.`);
}

function refuse(option: string, problem: string): never {
  throw new TokenServiceError(`${option} ${problem}`, { code: 'INVALID_OPTION' });
}
