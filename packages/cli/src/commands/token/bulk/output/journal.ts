import { rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { performanceNow } from '../../../../system-time.js';
import type { Input } from '../input/input.js';
import type { Format, Row } from '../input/rows.js';
import { cutTornLine, openAppendFile } from './append-file.js';
import { createEntryReader, type Layout, writeEntry, writeHeader } from './entries.js';
import { foreign, type JournalOwner, readState, refuseOther, statePathOf, writeState } from './journal-state.js';
import { lockFile, refuseSameFile } from './lock-files.js';
import { refuseOtherFile, rejectsLayout, writeReject } from './rejects.js';

/** The files of a run. */
export interface JournalFiles {
  readonly out: string;
  readonly outFormat: Format;
  readonly rejects: string;
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
