import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../../../test/support/bundle-sources.js';
import { openDatabase } from '../src/sqlite/open-database.js';

const script = await bundleSources(new URL('killed/die-half-written.ts', import.meta.url));
const execArgv = [...bundleFlags];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-transaction-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a write that kill -9 ended half done leaves nothing in the SQLite file, and what was written before stays', async () => {
  const path = join(folder, 'tokens.db');
  const before = await openDatabase(path);
  before.exec('CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL); BEGIN');
  const insert = before.prepare('INSERT INTO facts VALUES (?, ?)');
  for (let index = 0; index < 2_000; index += 1) insert.run(`fact${index}`, 'whole'.repeat(40));
  before.exec('COMMIT');
  before.close();

  const child = fork(script, [path], { execArgv });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

  const after = await openDatabase(path, { heartbeatMs: 20 });
  const counts = after.prepare('SELECT substr(value, 1, 5) AS value, count(*) AS users FROM facts GROUP BY 1');
  expect(counts.all()).toEqual([
    { value: 'whole', users: 2_000 },
    { value: 'yes', users: 1 },
  ]);
  expect(after.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  after.close();
});
