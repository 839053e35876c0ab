import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { CliError, openDraft, readSmallFile } from '@nexconn-kit/token-server/command-line';
import { performanceNow } from '../../../../system-time.js';
import type { Input, InputIdentity } from '../input/input.js';
import { count } from '../input/lines.js';
import type { Format, Row } from '../input/rows.js';
import { type AppendFile, cutTornLine, openAppendFile } from './append-file.js';
import { createEntryReader, type Layout, writeEntry, writeHeader } from './entries.js';
import { refuseOtherFile, rejectsLayout, writeReject } from './rejects.js';

/** The files of a run. */
export interface JournalFiles {
  readonly out: string;
  readonly outFormat: Format;
  readonly rejects: string;
}

/** Whose tokens a run issues. */
export interface JournalOwner {
  readonly appKey: string;
  /** The region or the URL that issues them. */
  readonly api: string;
}

/** What is known of a row before anything is done for it. */
export type RowState = 'issued' | 'rejected' | 'open';

/** The files that a run writes, which say to the next one what is done. */
export interface Journal {
  /** What an earlier run has left. */
  readonly earlier: 'nothing' | 'stopped' | 'killed';
  /** Returns what has become of a row, of all rows one after the other. @throws {CliError} USAGE, where the files are of another input */
  readonly stateOf: (row: Row, isWrong: boolean) => Promise<RowState>;
  /** Whether `stateOf` still has something to say. */
  readonly isReading: () => boolean;
  readonly addIssued: (userId: string, accessToken: string) => void;
  readonly addRejected: (row: Row, reason: string) => void;
  /** Resolves once little is left to write. @throws {CliError} FILE_NOT_WRITTEN */
  readonly written: () => Promise<void>;
  /** Calls back where something cannot be written. */
  readonly onFailure: (listener: (error: unknown) => void) => void;
  /** Checks that nothing is left of an earlier run that no row has. @throws {CliError} USAGE */
  readonly finishReading: () => Promise<void>;
  /** Writes and syncs what is left; what is done needs no journal any more. @throws {CliError} FILE_NOT_WRITTEN */
  readonly close: (state: 'done' | 'stopped') => Promise<void>;
}

const outColumns = ['userId', 'accessToken'];
/** How much of the rows may be lost with the machine; of those that are, tokens are issued again. */
const syncEveryMs = 1_000;

/**
 * Opens the files of a run, which are its journal: rows stand in the order of the input, those that were rejected are written
 * before the ones behind them that were issued, and a line that a process was killed in is taken away. So each row of the
 * input is in one of them, or is still to be done.
 *
 * @throws {CliError} USAGE, FILE_NOT_WRITTEN
 */
export async function openJournal(files: JournalFiles, input: Input, owner: JournalOwner): Promise<Journal> {
  const statePath = statePathOf(files.out);
  const outLayout: Layout = { format: files.outFormat, columns: outColumns };
  const rejected: Layout = rejectsLayout(files.rejects);
  const [out, rejects] = [await openAppendFile(files.out), await openAppendFile(files.rejects)];
  let lock: Server | undefined;
  const closeFiles = async (): Promise<void> => {
    lock?.close();
    await out.close();
    await rejects.close();
  };
  try {
    const known = readState(statePath);
    await refuseSameFile(input, out, rejects);
    // Before anything of it is changed: what looks torn may be a line that is just being written.
    lock = await lockFile(out);
    await refuseOtherFile(files.rejects, rejected);
    // Without a row, as where the header of the input was wrong, nothing of the earlier run counts: the input may be mended.
    const hasRows = out.size() > (known ? writeHeader(outLayout).length : 0);
    if (known && hasRows) refuseOther(known, input, owner, files.out);
    if (!hasRows || known) {
      if (!(await cutTornLine(out))) throw foreign(files.out, 'has no lines');
      await cutTornLine(rejects);
      await out.protect();
      await rejects.protect();
    }
    if (!hasRows || out.size() === 0) {
      await out.cut(0);
      await rejects.cut(0);
      await writeState(statePath, input.identity, owner, 'running');
      await out.append(writeHeader(outLayout));
    }
    lock ??= await lockFile(out);
    return await startJournal();

    async function startJournal(): Promise<Journal> {
      const issuedBefore = createEntryReader(out.handle(), out.size(), outLayout);
      const rejectedBefore = createEntryReader(rejects.handle(), rejects.size(), rejected);
      let rejectsEnd = 0;
      let isReading = true;
      let pending = { out: '', rejects: '' };
      let syncedAt = performanceNow();
      let writing: Promise<void> | undefined;
      let failure: unknown;
      let tellFailure: (error: unknown) => void = () => {};

      async function stateOf(row: Row, isWrong: boolean): Promise<RowState> {
        if (!isReading) return 'open';
        await issuedBefore.ready();
        await rejectedBefore.ready();
        const [issued, refused] = [issuedBefore.first(), rejectedBefore.first()];
        if (refused && Number(refused.values[0]) === row.line) {
          rejectedBefore.take();
          rejectsEnd = refused.endsAt;
          return 'rejected';
        }
        if (issued && row.userId !== '' && issued.values[0] === row.userId) {
          issuedBefore.take();
          return 'issued';
        }
        // The list of rejected rows was removed, and is written anew.
        if (isWrong && !refused) return 'open';
        await beginWriting(row);
        return 'open';
      }

      /** From the first row on that is still to be done, nothing that was read counts any more. */
      async function beginWriting({ line, userId }: Row): Promise<void> {
        const issued = issuedBefore.first();
        if (issued) {
          const other = typeof issued.values[0] === 'string' ? JSON.stringify(issued.values[0].slice(0, 80)) : 'nobody';
          throw foreign(
            files.out,
            `goes on with ${other}, where line ${line} of ${input.name} has ${JSON.stringify(userId.slice(0, 80))}`,
          );
        }
        if (!known && out.size() > writeHeader(outLayout).length) throw foreign(files.out, 'has no journal beside it');
        isReading = false;
        if (rejectedBefore.first()) await rejects.cut(rejectsEnd);
        await writeState(statePath, input.identity, owner, 'running');
      }

      function write(): void {
        if (failure !== undefined) return;
        writing ??= writePending()
          .catch((error) => {
            failure = error;
            tellFailure(error);
          })
          .finally(() => {
            writing = undefined;
          });
      }

      async function writePending(): Promise<void> {
        while (pending.out !== '' || pending.rejects !== '') {
          const now = pending;
          pending = { out: '', rejects: '' };
          if (now.rejects !== '') {
            await rejects.append((rejects.size() === 0 ? writeHeader(rejected) : '') + now.rejects);
            // Those behind them must not be there without them.
            await rejects.sync();
          }
          if (now.out !== '') await out.append(now.out);
          if (performanceNow() - syncedAt < syncEveryMs) continue;
          await out.sync();
          syncedAt = performanceNow();
        }
      }

      async function written(): Promise<void> {
        while (writing) await writing;
        if (failure !== undefined) throw failure;
      }

      return {
        earlier: known ? known.state : 'nothing',
        stateOf,
        isReading: () => isReading,
        addIssued(userId, accessToken) {
          pending.out += writeEntry(outLayout, [userId, accessToken]);
          write();
        },
        addRejected(row, reason) {
          pending.rejects += writeReject(rejected, row, reason);
          write();
        },
        written,
        onFailure(listener) {
          tellFailure = listener;
        },
        async finishReading() {
          if (!isReading) return;
          await issuedBefore.ready();
          if (issuedBefore.first()) throw foreign(files.out, `has more rows than ${input.name}`);
        },
        async close(state) {
          try {
            await written();
            await out.sync();
            if (state === 'done') await rm(statePath, { force: true });
            else if (!isReading || !hasRows) await writeState(statePath, input.identity, owner, 'stopped');
          } finally {
            await closeFiles();
          }
        },
      };
    }
  } catch (error) {
    await closeFiles();
    throw error;
  }
}

/** Far more than it has. */
const maxStateBytes = 65_536;

function statePathOf(out: string): string {
  return `${out}.journal`;
}

interface State extends JournalOwner {
  readonly input: InputIdentity;
  readonly state: 'stopped' | 'killed';
}

function readState(path: string): State | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const { version, input, appKey, api, state } = JSON.parse(text);
    const { size, head, headBytes } = input;
    if (version !== 1 || typeof head !== 'string' || !Number.isSafeInteger(headBytes)) throw new TypeError();
    return { input: { size, head, headBytes }, appKey, api, state: state === 'stopped' ? 'stopped' : 'killed' };
  } catch {
    throw usage(`${path} is no journal that can be read here. Remove it and its output, or give another --out.`);
  }
}

function readText(path: string): string | undefined {
  try {
    return readSmallFile(path, { maxBytes: maxStateBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw usage(`${path}, the journal, ${message}. Remove it and its output, or give another --out.`);
  }
}

async function writeState(
  path: string,
  input: InputIdentity,
  owner: JournalOwner,
  state: 'running' | 'stopped',
): Promise<void> {
  try {
    await using draft = await openDraft(path);
    await draft.file.writeFile(`${JSON.stringify({ version: 1, input, ...owner, state })}\n`);
    await draft.file.sync();
    await draft.commit();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `${path}, the journal, cannot be written (${code}). Check the path, and that there is room.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
}

function refuseOther(known: State, input: Input, owner: JournalOwner, out: string): void {
  const { size } = input.identity;
  const isShorter = known.input.size !== undefined && size !== undefined && size < known.input.size;
  if (isShorter) {
    throw foreign(
      out,
      `was begun when ${input.name} had ${count(known.input.size ?? 0)} bytes, and it has ${count(size ?? 0)} now`,
    );
  }
  if (!input.beginsAs(known.input)) throw foreign(out, 'was begun for an input with another beginning');
  if (known.appKey !== owner.appKey)
    throw foreign(out, `was begun for the App Key ${known.appKey}, and this is ${owner.appKey}`);
  if (known.api !== owner.api) throw foreign(out, `was begun with ${known.api}, and this is ${owner.api}`);
}

async function refuseSameFile(input: Input, out: AppendFile, rejects: AppendFile): Promise<void> {
  const identities = [input.file, out.handle(), rejects.handle()].map(async (file?: FileHandle) => {
    const found = await file?.stat({ bigint: true });
    return found && `${found.dev}:${found.ino}`;
  });
  const [ofInput, ofOut, ofRejects] = await Promise.all(identities);
  if (ofInput && ofInput === ofOut) throw usage(`--out is ${input.name} itself. Give another file.`);
  if (ofInput && ofInput === ofRejects) throw usage(`--rejects is ${input.name} itself. Give another file.`);
  if (ofOut && ofOut === ofRejects) throw usage('--rejects is the file of --out. Give another one.');
  // Files that there are not yet have but their names.
  if (resolve(rejects.path) === resolve(out.path)) throw usage('--rejects is the file of --out. Give another one.');
  const isState = resolve(rejects.path) === resolve(statePathOf(out.path));
  if (isState) throw usage(`--rejects is ${rejects.path}, the journal of --out. Give another file.`);
}

/** Linux and Windows release a name of theirs with the process that has it, however that ends; elsewhere each write looks at the size alone. */
async function lockFile(out: AppendFile): Promise<Server | undefined> {
  const found = await out.handle()?.stat({ bigint: true });
  const prefix = process.platform === 'linux' ? '\0' : process.platform === 'win32' ? '\\\\.\\pipe\\' : undefined;
  if (!found || prefix === undefined) return undefined;
  const name = createHash('sha256').update(`${found.dev}:${found.ino}`).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((listening, reject) => {
    server.once('error', reject);
    server.listen({ path: `${prefix}nexconn-bulk-${name}` }, listening);
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') return;
    throw new CliError(`Another process is writing ${out.path}. Wait for its end.`, {
      code: 'FILE_NOT_WRITTEN',
      cause,
    });
  });
  return server.unref();
}

function foreign(out: string, what: string): CliError {
  return usage(`${out} ${what}: it is of another input or run. Give another --out, or remove it.`);
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
