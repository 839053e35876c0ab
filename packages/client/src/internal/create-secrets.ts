import type { AppSecret, AppSecretPair } from '../types.js';

/** The App Secret that an attempt is signed with. */
export interface ChosenSecret {
  readonly appSecret: string;
  readonly role: 'only' | 'current' | 'next';
}

/** Which App Secret signs. */
export interface Secrets {
  /** A promise only where a provider has to be asked. */
  readonly pick: () => ChosenSecret | Promise<ChosenSecret>;
  readonly accepted: (chosen: ChosenSecret) => void;
  /** The API did not take it; says whether another one is worth trying, once. */
  readonly refused: (chosen: ChosenSecret) => boolean | Promise<boolean>;
  /** All that must never be shown. */
  readonly known: () => readonly string[];
}

/** What the choice depends on. */
export interface SecretsOptions {
  /** Gives monotonic milliseconds. */
  readonly clock: () => number;
  /** @throws {NexconnConfigurationError} INVALID_CONFIGURATION */
  readonly check: (value: unknown) => void;
  /** The next secret was accepted for the first time: the current one can be taken out of the configuration. */
  readonly onSwitched: () => void;
}

/** After a refusal of the next secret, calls go on with the current one for this long before it is tried again. */
const nextRestMs = 10_000;
/** A provider is not asked again sooner than this. */
const askAgainMs = 1_000;

/** Makes the choice out of one secret, a pair, or a provider of either. */
export function createSecrets(given: AppSecret, { clock, check, onSwitched }: SecretsOptions): Secrets {
  let value: string | AppSecretPair | undefined = typeof given === 'function' ? undefined : given;
  let asking: Promise<string | AppSecretPair> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let restUntil = 0;
  let isSwitched = false;
  const seen = new Set<string>();
  if (value !== undefined) note(value);

  function note(found: string | AppSecretPair): void {
    for (const secret of typeof found === 'string' ? [found] : [found.current, found.next]) seen.add(secret);
    value = found;
  }

  function ask(provide: Exclude<AppSecret, string | AppSecretPair>): Promise<string | AppSecretPair> {
    asking ??= (async () => {
      askedAt = clock();
      try {
        const found = await provide();
        check(found);
        note(found);
        return found;
      } finally {
        asking = undefined;
      }
    })();
    return asking;
  }

  function choose(found: string | AppSecretPair): ChosenSecret {
    if (typeof found === 'string') return { appSecret: found, role: 'only' };
    const role = isSwitched || restUntil <= clock() ? 'next' : 'current';
    return { appSecret: found[role], role };
  }

  return {
    known: () => [...seen],
    pick: () =>
      value === undefined ? ask(given as () => Promise<string | AppSecretPair>).then(choose) : choose(value),
    accepted({ role }) {
      if (role !== 'next' || isSwitched) return;
      isSwitched = true;
      onSwitched();
    },
    async refused({ appSecret, role }) {
      if (role === 'next' && !isSwitched) restUntil = clock() + nextRestMs;
      // The rotation took place between two attempts.
      if (role === 'current') restUntil = 0;
      if (typeof given === 'function' && clock() - askedAt >= askAgainMs) await ask(given);
      const next = value === undefined ? undefined : choose(value);
      return next !== undefined && next.appSecret !== appSecret;
    },
  };
}
