// Takes leases that a dead process has left behind, each at its moment, and says which it got.
import { acquireDatabaseLease, type DatabaseLease } from '../../src/sqlite/database-lease.js';

/** What the process is asked for. */
interface Race {
  readonly paths: readonly string[];
  /** Of the first, in Unix milliseconds. */
  readonly startsAt: number;
  readonly everyMs: number;
}

const held: DatabaseLease[] = [];

async function take(path: string): Promise<boolean> {
  const lease = await acquireDatabaseLease(path, { engine: 'wasm', heartbeatMs: 200 }).catch(() => undefined);
  if (lease) held.push(lease);
  return lease !== undefined;
}

process.on('disconnect', () => process.exit());
process.on('message', async ({ paths, startsAt, everyMs }: Race) => {
  const taken = paths.map(async (path, index) => {
    await new Promise((resolve) => setTimeout(resolve, startsAt + index * everyMs - Date.now()));
    return take(path);
  });
  const got = await Promise.all(taken);
  process.send?.(got);
});
process.send?.('ready');
