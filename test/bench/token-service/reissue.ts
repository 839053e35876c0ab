// Fills a SQLite store with users, then issues anew for a part of them after a rotation, and says what it took.
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenService } from '@nexconn-kit/token-service';
import { openDatabase } from '@nexconn-kit/token-service/internal/open-database';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';

interface Task {
  readonly baseUrl: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly file: string;
  readonly users: number;
  readonly seconds: number;
}

process.on('disconnect', () => process.exit());
process.on('message', (task: Task) => void run(task).then((result) => process.send?.(result)));
process.send?.('ready');

/** In one transaction, below the store: one by one a million would take a quarter of an hour. */
async function fill(file: string, users: number): Promise<void> {
  await (await createSqliteStore(file)).close();
  const database = await openDatabase(file);
  const insert = database.prepare("INSERT INTO tokens VALUES (?, 'A', '', ?, '0000000000000000', ?)");
  database.exec('BEGIN');
  for (let index = 0; index < users; index += 1) insert.run(`u${index}x`, 'a'.repeat(96), Date.now());
  database.exec('COMMIT');
  database.close();
}

async function run({ baseUrl, appKey, appSecret, file, users, seconds }: Task) {
  await fill(file, users);
  const store = await createSqliteStore(file);
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  const service = createTokenService({ client, store });
  const stop = new AbortController();
  let done = 0;
  let remainingMs: number | undefined;
  const startedAt = performance.now();
  // By then all code has run and every buffer has its size; what grows from there on would go on growing.
  let warmMegabytes = Number.NaN;
  const warming = setTimeout(() => {
    warmMegabytes = residentMegabytes();
  }, seconds * 333);
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  const onProgress = (progress: { readonly done: number; readonly remainingMs: number | undefined }): void => {
    ({ done, remainingMs } = progress);
  };
  await service.reissueAll({ signal: stop.signal, onProgress }).catch(() => {});
  clearTimeout(warming);
  clearTimeout(timer);
  const perSecond = done / ((performance.now() - startedAt) / 1000);
  const growthMegabytes = residentMegabytes() - warmMegabytes;
  await client.close();
  await store.close();
  return { perSecond, growthMegabytes, remainingHours: (remainingMs ?? 0) / 3_600_000 };
}

function residentMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
}
