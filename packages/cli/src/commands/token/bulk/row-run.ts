import type { EndpointFlags } from '@nexconn-kit/token-server/command-line';
import type { Tally } from '../report.js';
import type { Row } from './input/rows.js';
import type { RowIssuer } from './issue-rows.js';
import type { Journal } from './output/journal.js';

/** The flags of `nexconn token bulk`. */
export interface BulkFlags extends EndpointFlags {
  readonly out?: string;
  readonly format?: 'csv' | 'ndjson';
  readonly outFormat?: 'csv' | 'ndjson';
  readonly rejects?: string;
  readonly dryRun?: boolean;
  /** True for the one that the settings of the server name. */
  readonly store?: string | true;
  readonly redis?: string;
  readonly postgres?: string;
  readonly rate?: number;
  readonly maxOutageSeconds: number;
  readonly appSecretFile?: string;
  readonly userIdPattern?: RegExp;
  readonly timeoutMs?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** How the process ends beside 0, 1 and 2. */
export const endings = { rejected: 3, stopped: 4 } as const;

/** The document's limit of the operation, in calls a second. */
export const documentedRate = 200;

/** Resolves to undefined at the end, and where the signal aborts: an input that says nothing must not hold that up. */
export function nextBatch(rows: AsyncGenerator<Row[]>, stop: AbortSignal): Promise<readonly Row[] | undefined> {
  if (stop.aborted) return Promise.resolve(undefined);
  // A race would keep all batches for as long as the signal.
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(undefined);
    stop.addEventListener('abort', end, { once: true });
    rows
      .next()
      .then(({ done, value }) => resolve(done ? undefined : value), reject)
      .finally(() => stop.removeEventListener('abort', end));
  });
}

/** Returns what is said of columns that are not read. */
export function otherColumns(names: readonly string[]): string {
  return `Columns that are not read: ${names
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ')
    .slice(0, 300)}.`;
}

/** What a run consists of. */
export interface RunParts {
  readonly check: (row: Row) => string | undefined;
  /** Reports what earlier runs have done. */
  readonly journal: Pick<Journal, 'isReading' | 'stateOf' | 'written' | 'finishReading'>;
  /** Returns a row with the user to issue for. */
  readonly prepare: (row: Row) => Row;
  readonly issuer: RowIssuer;
  readonly tally: Tally;
  readonly stop: AbortSignal;
}

/** Handles all rows, until the run is to end. */
export async function runRows(
  rows: AsyncGenerator<Row[]>,
  { check, prepare, journal, issuer, tally, stop }: RunParts,
): Promise<void> {
  async function takeRow(given: Row): Promise<boolean> {
    const row = prepare(given);
    const reason = check(row);
    const state = journal.isReading() ? await journal.stateOf(row, reason !== undefined) : 'open';
    if (state === 'open') {
      if (!(await issuer.hasRoom())) return false;
      if (reason === undefined) issuer.issueFor(row);
      else issuer.reject(row, reason);
      return true;
    }
    if (state === 'issued') {
      tally.issued += 1;
      tally.earlier += 1;
    } else tally.rejected += 1;
    tally.endsAt = row.endsAt;
    return true;
  }

  async function takeAll(): Promise<void> {
    for (;;) {
      const batch = await nextBatch(rows, stop);
      if (!batch) return;
      for (const row of batch) if (!(await takeRow(row))) return;
      await journal.written();
    }
  }

  await takeAll().catch(issuer.fail);
  await issuer.finish();
  if (!stop.aborted) await journal.finishReading();
}
