import { readFileSync } from 'node:fs';
import { CliError } from '../errors.js';
import type { CliContext } from '../types.js';

/** One app's App Key and App Secret. */
export interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/**
 * Takes the App Key from the environment, and the App Secret from a file or the environment.
 *
 * @throws {CliError} MISSING_CONFIGURATION
 */
export function readCredentials(env: CliContext['env'], appSecretFile?: string): Credentials {
  const appKey = env.NEXCONN_APP_KEY ?? '';
  const appSecret = appSecretFile === undefined ? (env.NEXCONN_APP_SECRET ?? '') : readSecretFile(appSecretFile);
  const missing = [
    ...(appKey === '' ? ['NEXCONN_APP_KEY'] : []),
    ...(appSecret === '' ? ['NEXCONN_APP_SECRET'] : []),
  ].join(' and ');
  if (missing !== '') {
    throw new CliError('MISSING_CONFIGURATION', `Set ${missing}: the Nexconn console shows the values.`);
  }
  return { appKey, appSecret };
}

function readSecretFile(path: string): string {
  const secret = readText(path).replace(/\r?\n$/, '');
  if (secret === '') {
    throw new CliError('MISSING_CONFIGURATION', `The file ${path} is empty. Put the App Secret into it.`);
  }
  return secret;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `The file ${path} cannot be read (${code}). Check the path given to --app-secret-file.`;
    throw new CliError('MISSING_CONFIGURATION', message, { cause: error });
  }
}
