import type { Command } from 'commander';
import { CliError } from '../command-line/errors.js';
import { pathOf } from '../command-line/help.js';
import type { CliContext } from '../command-line/types.js';
import { readSecret } from '../settings/read-secret.js';
import { readServeSettings } from '../settings/read-settings.js';
import { defaults, serveSettings, storesOfServers, variableOf } from '../settings/serve-settings.js';

const helpEnd = (reencrypt: string): string => `
A token is written anew under the first key beside a log-in that reads it; this
does it for all the others. Settings are those of serve: NEXCONN_STORE,
NEXCONN_APP_KEY, and NEXCONN_ENCRYPTION_KEYS with the new key in front of the
old one. It runs beside serve, but for a SQLite file, which serve has to let go.

Prints {"users":…,"current":…,"converted":…,"outdated":…,"unreadable":…,
"plain":…} in one line: the old key is needed as long as any is outdated. Users
whose token is unreadable, or was stored without encryption, get another one at
their log-in.

Example:
  ${reencrypt} --store sqlite:tokens.db --dry-run

Exit codes:
  0  done
  1  the store does not answer
  2  wrong use, or a setting is missing`;

/** Adds the command `reencrypt`. */
export function addReencryptCommand(token: Command, context: CliContext): void {
  const { flag = '', description } = serveSettings.encryptionKeysFile;
  token
    .command('reencrypt')
    .description('write stored tokens anew under the first encryption key')
    .option('--dry-run', 'count them alone')
    .option('--config <file>', 'JSON file of the settings (default: NEXCONN_CONFIG)')
    .option('--store <store>', storesOfServers)
    .option(flag, description)
    .option('--json', 'print an error as one JSON object, too')
    .addHelpText('after', ({ command }) => helpEnd(pathOf(command)))
    .action((flags: { readonly dryRun?: boolean }, command: Command) =>
      runReencrypt(command, flags.dryRun === true, context),
    );
}

async function runReencrypt(command: Command, isDryRun: boolean, context: CliContext): Promise<void> {
  const signal = context.stopSignal();
  const settings = readServeSettings(command, context.env);
  const keys = readSecret('encryptionKeys', settings, context.env);
  const { appKey, store = defaults.store } = settings;
  if (keys === undefined || appKey === undefined) {
    const missing = [
      ...(keys === undefined ? [`${variableOf('encryptionKeys')} (or --encryption-keys-file)`] : []),
      ...(appKey === undefined ? [variableOf('appKey')] : []),
    ].join(' and ');
    throw new CliError(`Set ${missing}, as the server has it.`, { code: 'MISSING_CONFIGURATION' });
  }
  // Imported here: no other command needs the stores.
  const { encryptStore, openStoreUnlessStopped, refuseMissingFile } = await import('../stores/open-store.js');
  refuseMissingFile(store);
  // What it fails for is told by the call that fails.
  const opened = await openStoreUnlessStopped(signal, store, undefined, () => {});
  if (!opened) throw stopped(signal, signal.reason);
  try {
    const encrypted = encryptStore(opened.store, keys).forApp(appKey);
    const counts = await encrypted.reencrypt({ isDryRun, signal }).catch((cause: unknown) => {
      throw stopped(signal, cause);
    });
    context.stdout.write(`${JSON.stringify(counts)}\n`);
  } finally {
    await opened.close();
  }
}

function stopped({ aborted }: AbortSignal, cause: unknown): CliError {
  const message = aborted
    ? 'It was stopped before its end. Run it again: what is done is done.'
    : 'The store failed. Run it again once it is well: what is done is done.';
  return new CliError(message, { code: aborted ? 'COMMAND_FAILED' : 'STORE_UNAVAILABLE', cause });
}
