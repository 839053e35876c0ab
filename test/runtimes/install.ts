import { npmCi } from '../support/npm-ci.js';
import { installedFolder, missingPrograms } from './installed.js';

/** Installs the runtimes and compilers where those of the lock file are not there yet, and says which are missing. */
export function installPrograms(): void {
  const failure = install();
  const missing = missingPrograms();
  // With CI=true the tests that need them run nevertheless, and fail, so that all others are still counted.
  if (missing.length > 0) console.warn(`The packages were not tried on ${missing.join(', ')}. ${failure}`);
}

/** Installs what the lock file names; returns why what is missing all the same is missing. */
export function install(): string {
  const none = `npm has none for ${process.platform} on ${process.arch}, or test/runtimes/installed/node_modules is to be deleted.`;
  return npmCi(installedFolder) || none;
}
