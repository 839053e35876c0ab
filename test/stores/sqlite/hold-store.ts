// Opens a SQLite store, and writes into it what it is asked to; it may be killed at any time.

import { linkSync } from 'node:fs';
import type { TokenStore } from '@nexconn-kit/token-service';
import { createSqliteStore } from '@nexconn-kit/token-service/sqlite';
import { openStore } from '../../../packages/token-service/src/sqlite/open-store.js';

/** What the process is asked for, and how it answers. */
export type HolderQuestion =
  /** With `heartbeatMs` it renews its lease, and watches the one before, so quickly: where nobody else is alive. */
  | { readonly do: 'open'; readonly path: string; readonly heartbeatMs?: number }
  /** Writes tokens of users `u<from>` and on; answers how many were kept. */
  | { readonly do: 'write'; readonly from: number; readonly count: number }
  | { readonly do: 'count' }
  /** Whether it can be written. */
  | { readonly do: 'check' }
  /** Adds another name to the database, by a hard link. */
  | { readonly do: 'link'; readonly path: string }
  /** Keeps its event loop busy. */
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'close' };
export type HolderAnswer = { readonly done: number } | { readonly code: string; readonly message: string };

// What a store leaves to its owner alone, it does by itself.
process.umask(0);
let store: TokenStore | undefined;

function open({ path, heartbeatMs }: HolderQuestion & { readonly do: 'open' }): Promise<TokenStore> {
  return heartbeatMs === undefined ? createSqliteStore(path) : openStore(path, { heartbeatMs });
}

async function answer(question: HolderQuestion): Promise<number> {
  if (question.do === 'open') store = await open(question);
  if (question.do === 'check') await store?.checkWrite?.();
  if (question.do === 'link') linkSync(question.path, `${question.path}.link`);
  if (question.do === 'close') await store?.close();
  if (question.do === 'count') return (await store?.count('of nobody'))?.users ?? -1;
  if (question.do === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, question.ms);
  if (question.do === 'write') {
    for (let index = question.from; index < question.from + question.count; index += 1) {
      const [userId, accessToken] = [`u${index}`, `token ${index} `.repeat(20)];
      await store?.write({ userId, name: 'Ada', avatarUrl: '', accessToken, secretId: 'one', issuedAt: index }, '');
    }
    return question.count;
  }
  return 0;
}

process.on('disconnect', () => process.exit());
process.on('message', (question: HolderQuestion) => {
  answer(question).then(
    (done) => process.send?.({ done }),
    ({ code, message }) => process.send?.({ code, message }),
  );
});
process.send?.('ready');
