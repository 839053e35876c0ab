import type { CliContext } from '../command-line/types.js';
import { readTextFile } from './read-text-file.js';
import { placesOf, type ServeSettings, type secretNames, variableOf, wrongSetting } from './serve-settings.js';

/**
 * Returns a secret: of its file where a file is set, else of its variable. A line break at the end of a file is no part of
 * it.
 *
 * @throws {CliError} USAGE
 */
export function readSecret(
  name: (typeof secretNames)[number],
  settings: ServeSettings,
  env: CliContext['env'],
): string | undefined {
  const path = settings[`${name}File`];
  if (path === undefined) return checkSecret(name, env[variableOf(name)] ?? '', variableOf(name)) || undefined;
  const text = readTextFile(path, placesOf(`${name}File`)).replace(/\r?\n$/, '');
  const secret = checkSecret(name, text, `The file ${path}`);
  if (secret === '')
    throw wrongSetting(`The file ${path} is empty. Put the secret that ${variableOf(name)} names into it.`);
  return secret;
}

/** A file or an editor adds such characters unseen, and whoever else has the secret has it without them. */
function checkSecret(name: string, secret: string, place: string): string {
  if (/^\s*(["']).*\1\s*$/s.test(secret)) {
    throw wrongSetting(
      `${place} has quotes around it. Remove them: a shell takes them off, but a file or Docker's --env-file does not.`,
    );
  }
  // One other character makes other IDs for all users, and a key as it is advised has none of these.
  if (name === 'userIdKey' && /[^ -~]/.test(secret.trim())) {
    throw wrongSetting(`${place} has a character that is not of printable ASCII. Copy the secret again.`);
  }
  // The client checks this one.
  if (name.startsWith('appSecret')) return secret;
  // Keys stand in a list, with white space between them.
  const text = name === 'encryptionKeys' ? secret.replaceAll(/[ \t\r\n]/g, '') : secret;
  if (text.trim() === text && !/[\p{Cc}\p{Cf}\ufffd]/u.test(text)) return secret;
  throw wrongSetting(
    `${place} has white space at an end, a character that is not seen, or bytes that are no UTF-8. ` +
      'Copy the secret again.',
  );
}
