import type { AppSecret, AppSecretPair } from './types.js';

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
  /** Forgets that the next secret was refused lately. */
  readonly tryNext: () => void;
  /** All that are configured now, the one that is to stay last, and the one that is known to be in force. */
  readonly configured: () => Promise<{ readonly all: readonly string[]; readonly inForce: string }>;
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
/** After a refusal a provider is not asked again sooner than this. */
const askAgainMs = 1_000;

/** Makes the choice out of one secret, a pair, or a provider of either. */
export function createSecrets(given: AppSecret, { clock, check, onSwitched }: SecretsOptions): Secrets {
  let value: string | AppSecretPair | undefined = typeof given === 'function' ? undefined : given;
  let asking: Promise<string | AppSecretPair> | undefined;
  let askedAgainAt = Number.NEGATIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  /** The next secret that has been accepted; a provider may begin another rotation later. */
  let switchedTo: string | undefined;
  const seen = new Set<string>();
  if (value !== undefined) note(value);

  function note(found: string | AppSecretPair): void {
    for (const secret of typeof found === 'string' ? [found] : [found.current, found.next]) seen.add(secret);
    value = found;
  }

  function ask(provide: Exclude<AppSecret, string | AppSecretPair>): Promise<string | AppSecretPair> {
    asking ??= (async () => {
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

  async function askAgain(provide: Exclude<AppSecret, string | AppSecretPair>): Promise<void> {
    if (asking === undefined && clock() - askedAgainAt < askAgainMs) return;
    askedAgainAt = clock();
    await ask(provide);
  }

  function choose(found: string | AppSecretPair): ChosenSecret {
    if (typeof found === 'string') return { appSecret: found, role: 'only' };
    const role = found.next === switchedTo || restUntil <= clock() ? 'next' : 'current';
    return { appSecret: found[role], role };
  }

  function isAnotherThan({ appSecret }: ChosenSecret): boolean {
    return value !== undefined && choose(value).appSecret !== appSecret;
  }

  return {
    known: () => [...seen],
    async configured() {
      const found = value ?? (await ask(given as () => Promise<string | AppSecretPair>));
      if (typeof found === 'string') return { all: [found], inForce: found };
      return { all: [found.current, found.next], inForce: found.next === switchedTo ? found.next : found.current };
    },
    pick: () =>
      value === undefined ? ask(given as () => Promise<string | AppSecretPair>).then(choose) : choose(value),
    tryNext() {
      restUntil = Number.NEGATIVE_INFINITY;
    },
    accepted({ appSecret, role }) {
      if (role !== 'next' || appSecret === switchedTo) return;
      switchedTo = appSecret;
      onSwitched();
    },
    refused(chosen) {
      const { appSecret, role } = chosen;
      if (role === 'next' && appSecret !== switchedTo) restUntil = clock() + nextRestMs;
      // The rotation took place between two attempts.
      if (role === 'current') restUntil = Number.NEGATIVE_INFINITY;
      if (typeof given !== 'function') return isAnotherThan(chosen);
      return askAgain(given).then(() => isAnotherThan(chosen));
    },
  };
}
