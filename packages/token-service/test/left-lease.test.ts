import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../../../test/support/bundle-sources.js';

const script = await bundleSources(new URL('killed/take-leases.ts', import.meta.url));
const execArgv = [...bundleFlags];

async function startRacer() {
  const child = fork(script, { execArgv });
  await once(child, 'message');
  return {
    async take(race: object): Promise<boolean[]> {
      child.send(race);
      const [taken] = await once(child, 'message');
      return taken;
    },
    async [Symbol.asyncDispose]() {
      // It ends by itself once nobody is connected to it; until then it keeps its leases where they are removed.
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

it('of several processes that start at the same moment after a crash, one gets the SQLite file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'left-lease-'));
  try {
    const paths = Array.from({ length: 300 }, (_, index) => join(folder, `tokens-${index}.db.pid`));
    const left = (index: number): string => (index % 2 === 0 ? '4194000 1 left-behind' : '');
    await Promise.all(paths.map((path, index) => writeFile(path, left(index))));
    await expectOneHolderEach(paths);
    expect((await readdir(folder)).sort()).toEqual(paths.map((path) => path.slice(folder.length + 1)).sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function expectOneHolderEach(paths: readonly string[]): Promise<void> {
  await using one = await startRacer();
  await using two = await startRacer();
  await using three = await startRacer();
  const task = { paths, startsAt: Date.now() + 100, everyMs: 4 };
  const got = await Promise.all([one, two, three].map((racer) => racer.take(task)));
  const holders = paths.map((_, index) => got.filter((taken) => taken[index]).length);
  expect(holders.filter((count) => count !== 1)).toEqual([]);
}
