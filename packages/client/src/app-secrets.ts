import type { NexconnError } from './errors.js';
import type { Operation } from './table-types.js';
import type { AppSecret, AppSecretPair, SecretIds } from './types.js';

/** The App Secret that an attempt is signed with. */
export interface ChosenSecret {
  readonly appSecret: string;
  readonly role: 'only' | 'current' | 'next';
  /** What it adds to the path. */
  query?: string;
}

/** The call that asks for a secret. */
export interface Asker {
  readonly operation: Operation | undefined;
  readonly title: string;
  readonly requestId: string | undefined;
  readonly attempts: number;
}

/** Which App Secret signs. */
export interface Secrets {
  /** Returns the one to sign with; undefined while it isn't known, since a provider has to be asked first. */
  readonly pick: (call?: Pick<Asker, 'operation'>, request?: { readonly origin: string }) => ChosenSecret | undefined;
  /** Asks the provider, once for all who wait, and resolves to the one to sign with. */
  readonly ask: (call?: Pick<Asker, 'operation'>) => Promise<ChosenSecret>;
  readonly accepted: (chosen: ChosenSecret) => void;
  /** The API rejected it; resolves to whether another one is worth trying, once. */
  readonly rejected: (chosen: ChosenSecret) => Promise<boolean>;
  /** Whether a refusal of this kind is one that other credentials may mend. */
  readonly mayRenew?: (failure: NexconnError) => boolean;
  /** Ends the cool-down of a next secret that was rejected lately: the next call signs with it. */
  readonly tryNext: () => void;
  /** Resolves to the names of all that are configured now, and of the one that is known to be in force. */
  readonly ids: () => Promise<SecretIds>;
  /** Resolves to the name of one. */
  readonly idOf: (appSecret: string) => Promise<string>;
  /** Returns the error for a function that failed; `known` must not stand in it. Default: that of the option `appSecret`. */
  readonly failed?: (error: unknown, call: Asker, known: readonly string[]) => NexconnError;
  /** All that must never be shown. */
  readonly known: () => readonly string[];
}

/** What the choice depends on. */
export interface SecretsOptions {
  readonly appKey: string;
  /** Other texts that must never be shown. Default: none. */
  readonly hidden?: readonly string[];
  readonly monotonicNow: () => number;
  /** @throws {NexconnConfigurationError} INVALID_OPTION */
  readonly check: (value: unknown) => void;
  /** The next secret was accepted for the first time: the current one can be taken out of the configuration. */
  readonly onSwitched: () => void;
}

/** How long calls are signed with the current secret after the next one was rejected, before it is tried again. */
const nextCoolDownMs = 10_000;
/** The shortest time between two calls of a provider whose secrets are rejected. */
const askAgainMs = 1_000;
/** A provider that has not answered within this time is asked anew at the next call. */
const silentMs = 5_000;

/** What those who wait for a provider wait for. */
interface Asking {
  readonly answer: Promise<string | AppSecretPair>;
  readonly resolve: (found: string | AppSecretPair) => void;
  readonly reject: (error: unknown) => void;
  askedAt: number;
}

function startAsking(): Asking {
  let resolve!: Asking['resolve'];
  let reject!: Asking['reject'];
  const answer = new Promise<string | AppSecretPair>((...both) => {
    [resolve, reject] = both;
  });
  return { answer, resolve, reject, askedAt: Number.NEGATIVE_INFINITY };
}

/**
 * Creates what decides which App Secret signs: the only one, the current or the next one of a pair, or what the app's
 * provider returns.
 */
export function createSecrets(
  given: AppSecret,
  { appKey, hidden, monotonicNow, check, onSwitched }: SecretsOptions,
): Secrets {
  let value: string | AppSecretPair | undefined = typeof given === 'function' ? undefined : given;
  let asking: Asking | undefined;
  let askedAgainAt = Number.NEGATIVE_INFINITY;
  let coolDownUntil = Number.NEGATIVE_INFINITY;
  /** The next secret that has been accepted; a provider may begin another rotation later. */
  let switchedTo: string | undefined;
  const seen = new Set<string>(hidden);
  const idOf = createSecretId(appKey);
  if (value !== undefined) note(value);

  function note(found: string | AppSecretPair): void {
    for (const secret of typeof found === 'string' ? [found] : [found.current, found.next]) seen.add(secret);
    value = found;
  }

  /** Asks for all who wait; where the provider is silent, it is asked anew for them, and its first answer counts. */
  function ask(provide: Exclude<AppSecret, string | AppSecretPair>): Promise<string | AppSecretPair> {
    const present = asking ?? startAsking();
    asking = present;
    const now = monotonicNow();
    if (now - present.askedAt < silentMs) return present.answer;
    present.askedAt = now;
    void settle(present, provide, now);
    return present.answer;
  }

  async function settle(
    present: Asking,
    provide: Exclude<AppSecret, string | AppSecretPair>,
    askedAt: number,
  ): Promise<void> {
    try {
      const found = await provide();
      check(found);
      if (asking !== present) return;
      note(found);
      asking = undefined;
      present.resolve(found);
    } catch (error) {
      // The failure of an older question says nothing about the one under way.
      if (asking !== present || present.askedAt !== askedAt) return;
      asking = undefined;
      present.reject(error);
    }
  }

  async function askAgain(provide: Exclude<AppSecret, string | AppSecretPair>): Promise<void> {
    if (asking === undefined && monotonicNow() - askedAgainAt < askAgainMs) return;
    askedAgainAt = monotonicNow();
    await ask(provide);
  }

  function choose(found: string | AppSecretPair): ChosenSecret {
    if (typeof found === 'string') return { appSecret: found, role: 'only' };
    const role = found.next === switchedTo || coolDownUntil <= monotonicNow() ? 'next' : 'current';
    return { appSecret: found[role], role };
  }

  function isAnotherThan({ appSecret }: ChosenSecret): boolean {
    return choose(value as string | AppSecretPair).appSecret !== appSecret;
  }

  return {
    // The longest first: one may begin with another.
    known: () => [...seen].sort((a, b) => b.length - a.length),
    idOf,
    async ids() {
      const found = value ?? (await ask(given as () => Promise<string | AppSecretPair>));
      if (typeof found === 'string') {
        const id = await idOf(found);
        return { inForce: id, all: [id] };
      }
      const all = await Promise.all([idOf(found.current), idOf(found.next)]);
      return { inForce: all[found.next === switchedTo ? 1 : 0], all };
    },
    pick: () => (value === undefined ? undefined : choose(value)),
    ask: async () => choose(await ask(given as () => Promise<string | AppSecretPair>)),
    tryNext() {
      coolDownUntil = Number.NEGATIVE_INFINITY;
    },
    accepted({ appSecret, role }) {
      if (role !== 'next' || appSecret === switchedTo) return;
      switchedTo = appSecret;
      onSwitched();
    },
    async rejected(chosen) {
      const { appSecret, role } = chosen;
      if (role === 'next' && appSecret !== switchedTo) coolDownUntil = monotonicNow() + nextCoolDownMs;
      // The rotation took place between two attempts.
      if (role === 'current') coolDownUntil = Number.NEGATIVE_INFINITY;
      // One of many calls that were refused at once, whose answer was long on its way: the secret of now is known already.
      const isOutdated = role === 'only' && isAnotherThan(chosen);
      if (typeof given === 'function' && !isOutdated) await askAgain(given);
      return isAnotherThan(chosen);
    },
  };
}

/** Creates the function that names App Secrets without showing them: 16 hexadecimal digits of a SHA-256, app by app. */
function createSecretId(appKey: string): (appSecret: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();

  async function digest(appSecret: string): Promise<string> {
    const bytes = new TextEncoder().encode(`nexconn app secret\n${appKey}\n${appSecret}`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 8);
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  return function secretIdOf(appSecret) {
    const id = known.get(appSecret) ?? digest(appSecret);
    known.set(appSecret, id);
    return id;
  };
}
