import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('killed/take-locks.ts', import.meta.url));
const execArgv = ['--import', import.meta.resolve('tsx'), '--conditions=@nexconn-kit/source'];

async function startRacer() {
  const child = fork(script, { execArgv });
  await once(child, 'message');
  return {
    async take(race: object): Promise<boolean[]> {
      child.send(race);
      const [taken] = await once(child, 'message');
      return taken;
    },
    // It ends by itself once nobody is connected to it.
    [Symbol.dispose]: () => child.disconnect(),
  };
}

it('of several processes that start at the same moment after a crash, one gets the SQLite file', async () => {
  using one = await startRacer();
  using two = await startRacer();
  using three = await startRacer();
  const folder = await mkdtemp(join(tmpdir(), 'left-lock-'));
  try {
    const { pid: dead } = spawnSync('true');
    const paths = Array.from({ length: 300 }, (_, index) => join(folder, `tokens-${index}.db.pid`));
    // One that was killed while it took a lock over has left two.
    const left = paths.flatMap((path, index) => (index % 2 === 0 ? [path] : [path, `${path}.removal`]));
    await Promise.all(left.map((path) => writeFile(path, `${dead} 1 left-behind`)));
    const task = { paths, startsAt: Date.now() + 100, everyMs: 4 };
    const got = await Promise.all([one, two, three].map((racer) => racer.take(task)));
    const holders = paths.map((_, index) => got.filter((taken) => taken[index]).length);
    expect(holders.filter((count) => count !== 1)).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(paths.map((path) => path.slice(folder.length + 1)).sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
