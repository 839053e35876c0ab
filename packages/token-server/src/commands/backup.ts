import { createReadStream } from 'node:fs';
import type { TokenStore } from '@nexconn-kit/token-service';
import type { Command } from 'commander';
import { CliError } from '../command-line/errors.js';
import { openDraft } from '../command-line/files/open-draft.js';
import { refuseSpecialFile } from '../command-line/files/refuse-special-file.js';
import { pathOf } from '../command-line/help.js';
import type { CliContext } from '../command-line/types.js';
import { readServeSettings } from '../settings/read-settings.js';
import { defaults, storesOfServers, variableOf } from '../settings/serve-settings.js';
import type { OpenStore } from '../stores/open-store.js';

const exitCodes = `Exit codes:
  0  done
  1  the store or the file is in trouble
  2  wrong use, or a setting is missing`;

const backupHelp = (backup: string): string => `
FILE gets one JSON object a line, every token as it is stored: encrypted ones
stay so, all others are in clear. Only its owner can read it. It can be restored
into a store of another kind. The store may be in use meanwhile. Killed by
SIGKILL, it leaves FILE.HEX, and .nexconn-copy-… beside a SQLite file: remove
them, they hold tokens.

Settings are those of serve: NEXCONN_STORE and NEXCONN_APP_KEY.

Example:
  ${backup} tokens.ndjson --store sqlite:tokens.db

${exitCodes}`;

const restoreHelp = (restore: string): string => `
A user who has a later token keeps it, and users who are not in FILE stay. A
Redis or a PostgreSQL may be in use meanwhile; a SQLite file must not: stop
the server before. Encrypted tokens need the same NEXCONN_ENCRYPTION_KEYS.

Settings are those of serve: NEXCONN_STORE and NEXCONN_APP_KEY.

Example:
  ${restore} tokens.ndjson --store redis://127.0.0.1

${exitCodes}`;

interface BackupFlags {
  readonly json?: boolean;
}

/** Adds the commands `backup` and `restore`. */
export function addBackupCommands(token: Command, context: CliContext): void {
  const add = (name: string, description: string, help: typeof backupHelp, run: typeof backUp): void => {
    token
      .command(`${name} <file>`)
      .description(description)
      .option('--config <file>', 'JSON file of the settings (default: NEXCONN_CONFIG)')
      .option('--store <store>', storesOfServers)
      .option('--json', 'print one JSON object, an error too')
      .addHelpText('after', ({ command }) => help(pathOf(command)))
      .action((file: string, flags: BackupFlags, command: Command) => run(file, flags, command, context));
  };
  add('backup', "write all tokens of a server's store into a file, while it is in use", backupHelp, backUp);
  add('restore', 'put the tokens of such a file into a store', restoreHelp, restore);
}

interface Place {
  readonly store: string;
  readonly appKey: string;
}

function readPlace(command: Command, env: CliContext['env']): Place {
  const { store = defaults.store, appKey } = readServeSettings(command, env);
  if (appKey !== undefined) return { store, appKey };
  const message = `Set ${variableOf('appKey')}, as the server has it.`;
  throw new CliError(message, { code: 'MISSING_CONFIGURATION' });
}

/** Writes a backup of the store into a file, which appears complete. */
async function backUp(
  path: string,
  { json }: BackupFlags,
  command: Command,
  { env, stdout, stopSignal }: CliContext,
): Promise<void> {
  const stop = stopSignal();
  const { store, appKey } = readPlace(command, env);
  await refuseSpecialFile(path);
  const [{ backUpStore }, { openSnapshot }] = await loadStores();
  const opened = await openSnapshot(store, stop);
  if (!opened) throw stopped();
  try {
    await using draft = await openDraft(path).catch((cause) => refuseFile(path, cause));
    let lines = 0;
    for await (const line of answersOf(opened, backUpStore(rowsOf(opened, appKey)))) {
      if (stop.aborted) throw stopped();
      await draft.file.write(`${line}\n`).catch((cause) => refuseFile(path, cause));
      lines += 1;
    }
    await draft.file.sync();
    await draft.commit().catch((cause) => refuseFile(path, cause));
    // Without head and end.
    const users = lines - 2;
    const sentence = `Backed up ${users} users of ${opened.description} to ${path}.`;
    stdout.write(`${json ? JSON.stringify({ users, file: path }) : sentence}\n`);
  } finally {
    await opened.close();
  }
}

/** What every other command would wait for as well. */
function loadStores() {
  return Promise.all([import('@nexconn-kit/token-service'), import('../stores/open-store.js')]);
}

function stopped(): CliError {
  return new CliError('It was stopped before its end. Nothing was written.', { code: 'COMMAND_FAILED' });
}

async function restore(
  path: string,
  { json }: BackupFlags,
  command: Command,
  { env, stdout }: CliContext,
): Promise<void> {
  const { store, appKey } = readPlace(command, env);
  const readLines = (): AsyncIterable<string> => linesOf(path);
  // Before the store is opened, which would create one.
  await readLines()[Symbol.asyncIterator]().next();
  const [{ restoreStore }, { openStore }] = await loadStores();
  const opened = await openStore(store, undefined, () => {});
  try {
    const { restored, kept } = await restoreStore(rowsOf(opened, appKey), readLines);
    const note = kept > 0 ? ` ${kept} have the same token or a later one, and keep it.` : '';
    const sentence = `Restored ${restored} users of ${path} to ${opened.description}.${note}`;
    stdout.write(`${json ? JSON.stringify({ restored, kept, file: path }) : sentence}\n`);
  } finally {
    await opened.close();
  }
}

function rowsOf({ store }: OpenStore, appKey: string): TokenStore {
  return store.forApp?.(appKey) ?? store;
}

async function* answersOf(opened: OpenStore, lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (cause) {
    const message = `The store ${opened.description} failed while it was read. Nothing was written.`;
    throw new CliError(message, { code: 'STORE_UNAVAILABLE', cause });
  }
}

/** Far more than a user has, with name, avatar and token. */
const maxLineLength = 1_048_576;

/** By line feeds alone: a name may hold other ends of lines. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLineLength) {
        const message = `The file ${path} has a line of more than ${maxLineLength} characters, which no backup has. Check the path.`;
        throw new CliError(message, { code: 'USAGE' });
      }
      yield* lines;
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(`The file ${path} cannot be read (${code}). Check the path.`, { code: 'USAGE', cause });
  }
  if (rest !== '') yield rest;
}

function refuseFile(path: string, cause: NodeJS.ErrnoException): never {
  const message = `The file ${path} cannot be written (${cause.code}). Check the path, and that there is room.`;
  throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
}
