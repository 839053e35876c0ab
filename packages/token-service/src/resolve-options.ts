import type { Priority } from '@nexconn-kit/client';
import { callListener } from './call-listener.js';
import type { NumberRule, OptionNames } from './check-options.js';
import { checkSignal, optionChecks, refuseOption } from './errors.js';
import { ownClock } from './own-clock.js';
import { createBoundedStore } from './stores/bounded-store.js';
import { checkStore } from './stores/check-store.js';
import { dateNow } from './system-time.js';
import type {
  ForgetOptions,
  ReissueOptions,
  ReissueProgress,
  TokenServiceEvent,
  TokenServiceOptions,
  TokenStore,
} from './types.js';

/** The options of a token service, checked once, with every default in place. */
export interface Settings {
  readonly client: TokenServiceOptions['client'];
  /** Its questions about one user time out. */
  readonly store: TokenStore;
  /** Undefined where tokens do not expire. */
  readonly validityMs: number | undefined;
  readonly replaceCoolDownMs: number;
  readonly maxWaitMs: number;
  readonly changeCoolDownMs: number;
  readonly callTimeoutMs: number;
  readonly unreadableTokens: 'reissue' | 'refuse';
  readonly changedUsers: 'reissue' | 'update';
  readonly now: () => number;
  readonly emit: (event: TokenServiceEvent) => void;
}

/** The options of `reissueAll`, checked once, with every default in place. */
export interface ReissueSettings {
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: ReissueProgress) => void;
}

/** What a number among the options must be, and what it is by default. */
export type NumberOption = NumberRule & { readonly byDefault: number };

/** Timers count in 32 bits, and would fire at once beyond that. */
export const longestTimerMs = 2_147_483_647;

const validity: NumberRule = { unit: 'seconds', min: 1, max: Number.MAX_SAFE_INTEGER };
const serviceNumbers = {
  replaceCoolDownMs: { unit: 'milliseconds', min: 0, max: Number.MAX_SAFE_INTEGER, byDefault: 10_000 },
  changeCoolDownMs: { unit: 'milliseconds', min: 0, max: Number.MAX_SAFE_INTEGER, byDefault: 3_600_000 },
  maxWaitMs: { unit: 'milliseconds', min: 1, max: Number.MAX_SAFE_INTEGER, byDefault: 15_000 },
  // Twice the deadline of a client.
  callTimeoutMs: { unit: 'milliseconds', min: 1, max: longestTimerMs, byDefault: 60_000 },
  storeTimeoutMs: { unit: 'milliseconds', min: 1, max: longestTimerMs, byDefault: 2_000 },
};
const serviceNames: OptionNames<TokenServiceOptions> = {
  ...{ ...serviceNumbers, client: 0, store: 0, tokenValiditySeconds: 0, unreadableTokens: 0, now: 0, onEvent: 0 },
  changedUsers: 0,
};
const forgetNames: OptionNames<ForgetOptions> = { expire: 0 };
const reissueNumbers = {
  concurrency: { unit: 'calls', min: 1, max: 256, isWhole: true, byDefault: 32 },
};
const reissueNames: OptionNames<ReissueOptions> = { ...reissueNumbers, signal: 0, onProgress: 0 };

/** @throws {TokenServiceError} INVALID_OPTION */
export function resolveOptions(options: TokenServiceOptions): Settings {
  const { client, store, tokenValiditySeconds, unreadableTokens = 'reissue', now, onEvent } = options ?? {};
  const { changedUsers = 'reissue' } = options ?? {};
  if (typeof client?.issueAccessToken !== 'function' || typeof client.appSecrets?.ids !== 'function') {
    refuseOption('client', 'is no client. Pass what createNexconnClient returns.');
  }
  checkStore(store);
  optionChecks.checkNames(options, serviceNames);
  if (tokenValiditySeconds !== undefined)
    optionChecks.checkNumber('tokenValiditySeconds', tokenValiditySeconds, validity);
  for (const [option, value] of Object.entries({ now, onEvent })) optionChecks.checkFunction(option, value);
  optionChecks.checkChoice('changedUsers', changedUsers, ['reissue', 'update'] as const);
  if (changedUsers === 'update' && typeof client.updateUser !== 'function') {
    refuseOption('changedUsers', 'is update, but the client has no updateUser. Pass what createNexconnClient returns.');
  }
  const { storeTimeoutMs, ...numbers } = readNumbers(options, serviceNumbers);
  const ofApp = client.appKey === undefined ? store : (store.forApp?.(client.appKey) ?? store);
  return {
    ...{ client, now: ownClock('now', now, dateNow), ...numbers },
    unreadableTokens: optionChecks.checkChoice('unreadableTokens', unreadableTokens, ['reissue', 'refuse'] as const),
    changedUsers,
    store: createBoundedStore(ofApp, storeTimeoutMs),
    validityMs: tokenValiditySeconds === undefined ? undefined : tokenValiditySeconds * 1000,
    emit: listenerOf('onEvent', onEvent),
  };
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function resolvePriority(priority: Priority = 'interactive'): Priority {
  return optionChecks.checkChoice('priority', priority, ['interactive', 'bulk'] as const);
}

/** Returns whether tokens are to be ended at the API too. @throws {TokenServiceError} INVALID_OPTION */
export function resolveForgetOptions(options: ForgetOptions, { client }: Pick<Settings, 'client'>): boolean {
  optionChecks.checkNames(options, forgetNames);
  const { expire = false } = options;
  if (typeof expire !== 'boolean') refuseOption('expire', 'is neither true nor false.');
  if (expire && typeof client.expireAccessToken !== 'function') {
    refuseOption('expire', 'is true, but the client has no expireAccessToken. Pass what createNexconnClient returns.');
  }
  return expire;
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function resolveReissueOptions(options: ReissueOptions): ReissueSettings {
  optionChecks.checkNames(options, reissueNames);
  const { signal, onProgress } = options;
  optionChecks.checkFunction('onProgress', onProgress);
  return {
    ...readNumbers(options, reissueNumbers),
    signal: checkSignal(signal),
    onProgress: listenerOf('onProgress', onProgress),
  };
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function readNumbers<Name extends string>(
  given: { readonly [name in NoInfer<Name>]?: number | undefined },
  rules: Readonly<Record<Name, NumberOption>>,
): Record<Name, number> {
  const entries = Object.entries<NumberOption>(rules).map(([name, rule]) => {
    const { [name as Name]: value = rule.byDefault } = given;
    return [name, optionChecks.checkNumber(name, value, rule)];
  });
  return Object.fromEntries(entries);
}

/** Returns what calls the listener of an option and never throws; without one, what does nothing. */
export function listenerOf<Value>(
  option: string,
  listener: ((value: Value) => void) | undefined,
): (value: Value) => void {
  return listener ? (value) => callListener(option, listener, value) : () => {};
}
