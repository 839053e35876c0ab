import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { CliError, readSmallFile } from '@nexconn-kit/token-server/command-line';

/** One app's App Key and App Secret. */
export interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
}

/**
 * Returns the App Key of the environment, and the App Secret of a file or the environment.
 *
 * @throws {CliError} MISSING_CONFIGURATION
 */
export function readCredentials(env: CliContext['env'], appSecretFile?: string): Credentials {
  const appKey = env.NEXCONN_APP_KEY ?? '';
  const appSecret = readAppSecret(env, appSecretFile);
  const missing = [
    ...(appKey === '' ? ['NEXCONN_APP_KEY'] : []),
    ...(appSecret === '' ? ['NEXCONN_APP_SECRET'] : []),
  ].join(' and ');
  if (missing !== '') {
    throw missingSetting(`Set ${missing}: the Nexconn console shows the values, and nexconn mock those of a mock.`);
  }
  return { appKey, appSecret };
}

/** Returns the App Secret of a file or the environment; empty where there is none. @throws {CliError} MISSING_CONFIGURATION */
export function readAppSecret(env: CliContext['env'], appSecretFile: string | undefined): string {
  return appSecretFile === undefined ? (env.NEXCONN_APP_SECRET ?? '') : readSecretFile(appSecretFile);
}

/** Far more than an App Secret has. */
const maxBytes = 65_536;

function readSecretFile(path: string): string {
  const secret = readText(path).replace(/\r?\n$/, '');
  if (secret === '') {
    throw missingSetting(`The file ${path} is empty. Put the App Secret into it.`);
  }
  return secret;
}

function readText(path: string): string {
  try {
    return readSmallFile(path, { maxBytes });
  } catch (error) {
    // Without the path: who takes the flag for that of the secret has put the secret there.
    const problem = (error as Error).message;
    throw missingSetting(`The file that --app-secret-file names ${problem}. Set it to the path of a file.`);
  }
}

function missingSetting(message: string): CliError {
  return new CliError(message, { code: 'MISSING_CONFIGURATION' });
}
