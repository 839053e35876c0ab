// Fills a SQLite store with users, then issues anew for a part of them after a rotation, and says what it took.
import { createNexconnClient } from '@nexconn-kit/client';
import { createTokenService } from '@nexconn-kit/token-service';
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

async function run({ baseUrl, appKey, appSecret, file, users, seconds }: Task) {
  const store = await createSqliteStore(file);
  for (let index = 0; index < users; index += 1) {
    const userId = `u${(index * 7919) % users}x`;
    const old = { secretId: '0'.repeat(16), issuedAt: Date.now(), accessToken: 'a'.repeat(96) };
    await store.write({ userId, name: 'A', avatarUrl: '', ...old }, '');
  }
  globalThis.gc?.();
  const filledMegabytes = process.memoryUsage.rss() / 1e6;
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  const service = createTokenService({ client, store });
  const stop = new AbortController();
  let done = 0;
  let remainingMs: number | undefined;
  const startedAt = performance.now();
  const timer = setTimeout(() => stop.abort(), seconds * 1000);
  const onProgress = (progress: { readonly done: number; readonly remainingMs: number | undefined }): void => {
    ({ done, remainingMs } = progress);
  };
  await service.reissueAll({ signal: stop.signal, onProgress }).catch(() => {});
  clearTimeout(timer);
  const perSecond = done / ((performance.now() - startedAt) / 1000);
  globalThis.gc?.();
  const megabytes = process.memoryUsage.rss() / 1e6;
  await client.close();
  await store.close();
  return { perSecond, growthMegabytes: megabytes - filledMegabytes, remainingHours: (remainingMs ?? 0) / 3_600_000 };
}
