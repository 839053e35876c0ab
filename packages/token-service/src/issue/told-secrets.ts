import type { Settings } from '../resolve-options.js';
import { createCoolDown } from './cool-down.js';
import { untoldSecretError } from './issue-errors.js';
import { readSecretIds } from './read-secret-ids.js';

/** What is known of the client: its App Secrets, and whether it tells by which of them it issues. */
export interface ToldSecrets {
  /** Resolves to the names of the App Secrets. @throws {TokenServiceError} TRY_LATER */
  readonly secretIds: () => ReturnType<typeof readSecretIds>;
  /** Throws while it is known that the client does not. @throws {TokenServiceError} ISSUE_FAILED */
  readonly checkClient: () => void;
  /**
   * Rejects where it was not told, or is none that the client lists, or has listed lately: one may be rotated out while a call
   * is under way. Recorded, it would void the tokens of the whole fleet.
   *
   * @throws {TokenServiceError} ISSUE_FAILED, TRY_LATER
   */
  readonly checkTold: (secretId: unknown) => Promise<void>;
}

/** How long a client that did not tell by which App Secret it issues is not asked again: each log-in would take of the rate limit. */
const untoldCoolDownMs = 60_000;
/** Of so many names it is remembered that they were listed: those of some rotations. */
const maxListed = 8;

export function createToldSecrets(settings: Settings): ToldSecrets {
  const refusals = createCoolDown({ coolDownMs: untoldCoolDownMs, maxUsers: 1, now: settings.now });
  let listed: readonly string[] = [];

  async function secretIds(): ReturnType<typeof readSecretIds> {
    const ids = await readSecretIds(settings);
    const added = [ids.inForce, ...ids.all].filter((name) => name !== '' && !listed.includes(name));
    if (added.length > 0) listed = [...listed, ...new Set(added)].slice(-maxListed);
    return ids;
  }

  return {
    secretIds,
    checkClient() {
      if (refusals.isOn('')) throw untoldSecretError();
    },
    async checkTold(secretId) {
      const isListed = (): boolean => listed.some((name) => name === secretId);
      if (isListed()) return;
      await secretIds();
      if (isListed()) return;
      refusals.start('');
      throw untoldSecretError();
    },
  };
}
