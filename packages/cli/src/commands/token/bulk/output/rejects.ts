import { open } from 'node:fs/promises';
import { CliError, openDraft, refuseSpecialFile } from '@nexconn-kit/token-server/command-line';
import { printable } from '../../../../terminal/terminal.js';
import type { Row } from '../input/rows.js';
import { type Layout, writeEntry, writeHeader } from './entries.js';

const columns = ['line', 'userId', 'reason'];
/** What is kept of the user ID of a row, which may be anything. */
const maxUserIdLength = 200;
/** How much is written at once. */
const blockLength = 65_536;

/** Returns how rejected rows stand in a file, by its ending. */
export function rejectsLayout(path: string): Layout {
  return { format: /\.csv$/i.test(path) ? 'csv' : 'ndjson', columns };
}

/** Returns the line of a rejected row; nothing in it steers a terminal. */
export function writeReject(layout: Layout, { line, userId }: Row, reason: string): string {
  return writeEntry(layout, [line, printable(userId.slice(0, maxUserIdLength)), printable(reason)]);
}

/**
 * Refuses to write over a file that is no list of rejected rows, which was given by mistake.
 *
 * @throws {CliError} USAGE
 */
export async function refuseOtherFile(path: string, layout: Layout): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return;
  try {
    const begin = layout.format === 'csv' ? writeHeader(layout) : '{"line":';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(begin.length), 0, begin.length, 0);
    if (begin.startsWith(buffer.toString('utf8', 0, bytesRead))) return;
  } finally {
    await file.close();
  }
  const message = `${path} is there, and is no list of rejected rows. Give another --rejects, or remove it.`;
  throw new CliError(message, { code: 'USAGE' });
}

/** A list of rejected rows that appears once it is complete. */
export interface RejectsDraft extends AsyncDisposable {
  readonly add: (row: Row, reason: string) => Promise<void>;
  readonly commit: () => Promise<void>;
}

/**
 * Opens a list of rejected rows; one without a path goes nowhere.
 *
 * @throws {CliError} USAGE, FILE_NOT_WRITTEN
 */
export async function openRejectsDraft(path: string | undefined): Promise<RejectsDraft> {
  if (path === undefined) return { async add() {}, async commit() {}, async [Symbol.asyncDispose]() {} };
  const layout = rejectsLayout(path);
  await refuseSpecialFile(path);
  await refuseOtherFile(path, layout);
  const fail = (cause: NodeJS.ErrnoException): never => {
    const message = `${path} cannot be written (${cause.code}). Check the path, and that there is room.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  };
  const draft = await openDraft(path).catch(fail);
  let block = writeHeader(layout);
  let writing: Promise<unknown> = Promise.resolve();
  const write = async (): Promise<void> => {
    const now = block;
    block = '';
    writing = writing.then(() => draft.file.write(now));
    await writing.catch(fail);
  };
  return {
    async add(row, reason) {
      block += writeReject(layout, row, reason);
      if (block.length > blockLength) await write();
    },
    async commit() {
      await write();
      await draft.commit().catch(fail);
    },
    [Symbol.asyncDispose]: () => draft[Symbol.asyncDispose](),
  };
}
