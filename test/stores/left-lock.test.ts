import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startInstance } from '../bench/token-service/start-instance.js';

const script = new URL('killed/take-locks.ts', import.meta.url).href;

it('of several processes that start at the same moment after a crash, one gets the SQLite file', async () => {
  await using one = await startInstance(script);
  await using two = await startInstance(script);
  await using three = await startInstance(script);
  const folder = await mkdtemp(join(tmpdir(), 'left-lock-'));
  try {
    const { pid: dead } = spawnSync('true');
    const paths = Array.from({ length: 300 }, (_, index) => join(folder, `tokens-${index}.db.pid`));
    // One that was killed while it took a lock over has left two.
    const left = paths.flatMap((path, index) => (index % 2 === 0 ? [path] : [path, `${path}.turn`]));
    await Promise.all(left.map((path) => writeFile(path, `${dead} 1 left-behind`)));
    const task = { paths, startsAt: Date.now() + 100, everyMs: 4 };
    const got = await Promise.all([one, two, three].map((racer) => racer.ask<boolean[]>(task)));
    const holders = paths.map((_, index) => got.filter((taken) => taken[index]).length);
    expect(holders.filter((count) => count !== 1)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(paths.map((path) => path.slice(folder.length + 1)).sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
