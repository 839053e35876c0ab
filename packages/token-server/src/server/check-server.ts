import type { Command } from 'commander';
import { CliError } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import type { RefusedUserIds } from '../login/refused-user-ids.js';
import { readServeSettings } from '../settings/read-settings.js';
import { openStore } from '../stores/open-store.js';
import { checkApi } from './check-api.js';
import { readParts } from './read-parts.js';

/** A part of the set-up, and what it is checked by; resolves with what there is to say. */
type Check = readonly [name: string, run: () => Promise<string>];

/**
 * Checks what the server would run with, and prints a line for each part: its settings, its store, the keys of its log-ins, and the
 * App Key and App Secret, by one signed call whose body is refused.
 *
 * @throws {CliError} as `runServe`, and COMMAND_FAILED where a part cannot be used
 */
export async function checkServer(command: Command, context: CliContext): Promise<void> {
  const { env, stdout } = context;
  const settings = readServeSettings(command, env);
  const trustedHeader: string | undefined = command.opts().dangerouslyTrustUserHeader;
  const listener = { onRefused() {}, onNameless() {}, onFitted() {} };
  const { storeSetting, encryptionKeys, authenticate, clientOptions, refused } = readParts(
    settings,
    env,
    trustedHeader,
    listener,
  );
  stdout.write('settings   ok\n');

  async function checkStore(): Promise<string> {
    const opened = await openStore(storeSetting, encryptionKeys, () => {});
    await opened.check().finally(opened.close);
    return opened.description;
  }

  async function checkLogIns(): Promise<string> {
    // Of a key that no set has: it is refused by a set that was asked for, which is what is wanted to know.
    const headers = { authorization: `Bearer ${unknownJwt()}` };
    await authenticate(new Request('http://localhost/access-token', { headers }));
    return settings.jwksUrl === undefined ? '' : `the JWK set of ${new URL(settings.jwksUrl).host}`;
  }

  async function checkSignature(): Promise<string> {
    const { verdict, reason } = await checkApi(clientOptions);
    if (verdict === 'accepted') return reason;
    throw new Error(reason);
  }

  const checks: readonly Check[] = [
    ['store', checkStore],
    ['log-ins', checkLogIns],
    ['signature', checkSignature],
  ];
  const failed: string[] = [];
  for (const [name, run] of checks) {
    const said = await run().catch((error: Error) => {
      failed.push(name);
      return `FAILED  ${error.message}`;
    });
    stdout.write(`${name.padEnd(11)}${failed.includes(name) ? '' : 'ok  '}${said}`.trimEnd().concat('\n'));
  }
  stdout.write(`user IDs   ${describeRefused(refused)}\n`);
  if (failed.length === 0) return;
  throw new CliError(`The server cannot run like this: ${failed.join(', ')}.`, { code: 'COMMAND_FAILED' });
}

function describeRefused({ shapes, isExpected, advice }: RefusedUserIds): string {
  if (shapes.length === 0) return 'ok  of any shape';
  const warning = isExpected ? 'WARNING  all users of this issuer have IDs that are refused.' : 'ok ';
  return `${warning} Refused: ${shapes.join(', ')}. ${advice}`;
}

function unknownJwt(): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'RS256', kid: 'nexconn-check' })}.${encode({})}.${encode({})}`;
}
