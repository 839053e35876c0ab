import type { Settings } from '../resolve-options.js';
import { withTimeout } from '../with-timeout.js';
import { secretIdsError } from './issue-errors.js';

/** Shorter than an app waits for its token. */
const timeoutMs = 10_000;

/**
 * Resolves to the names of the App Secrets, whose provider is somebody else's: it may fail, or be silent.
 *
 * @throws {TokenServiceError} TRY_LATER
 */
export async function readSecretIds({
  client: { appSecrets },
}: Pick<Settings, 'client'>): ReturnType<typeof appSecrets.ids> {
  try {
    return await withTimeout(appSecrets.ids(), timeoutMs, `No App Secret has come within ${timeoutMs} ms.`);
  } catch (error) {
    throw secretIdsError(error);
  }
}
