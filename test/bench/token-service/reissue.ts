// Fills a SQLite store with users, then issues anew for a part of them after a rotation, and says what it took.
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenService, type StoredToken } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { fillSqlite } from './fill-sqlite.js';

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

function* tokensOf(users: number): Generator<StoredToken> {
  const person = { name: 'A', avatarUrl: '', accessToken: 'a'.repeat(96), secretId: '0'.repeat(16) };
  for (let index = 0; index < users; index += 1) yield { userId: `u${index}x`, ...person, issuedAt: Date.now() };
}

async function run({ baseUrl, appKey, appSecret, file, users, seconds }: Task) {
  await fillSqlite(file, tokensOf(users));
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
