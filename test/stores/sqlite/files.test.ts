import { chmodSync, copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { installedNodes, quick, useHolders } from './start-holder.js';

const nodes = installedNodes();
const { newPath, start, countOf } = useHolders();

it.each(nodes)(
  '%s leaves its files and folders to their owner alone, whatever the umask, also those of a file that others could read',
  async (node) => {
    const path = newPath();
    const holder = await start(node);
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    expect(await holder.ask({ do: 'open', path })).toEqual({ done: 0 });
    expect(await holder.ask({ do: 'write', from: 0, count: 30 })).toEqual({ done: 30 });
    const open = readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
    expect(open).toEqual(expect.arrayContaining(['', '-wal', '.pid'].map((suffix) => `${basename(path)}${suffix}`)));
    expect(open.filter((name) => (statSync(join(dirname(path), name)).mode & 0o077) !== 0)).toEqual([]);
  },
);

it.each(nodes)('%s needs no hard links, also after a kill -9', async (node) => {
  const path = newPath();
  const killed = await start(node, 'a file system without hard links');
  expect(await killed.ask({ do: 'open', path })).toEqual({ done: 0 });
  expect(await killed.ask({ do: 'link', path })).toMatchObject({ code: 'EPERM' });
  expect(await killed.ask({ do: 'write', from: 0, count: 30 })).toEqual({ done: 30 });
  await killed.killHard();
  const next = await start(node, 'a file system without hard links');
  expect(await next.ask({ do: 'open', path, ...quick })).toEqual({ done: 0 });
  expect(await next.ask({ do: 'count' })).toEqual({ done: 30 });
  expect(await next.ask({ do: 'close' })).toEqual({ done: 0 });
});

it.each(nodes)('%s notices a log that is not that of a file restored from a backup', async (node) => {
  const path = newPath();
  const before = await start(node);
  expect(await before.ask({ do: 'open', path })).toEqual({ done: 0 });
  expect(await before.ask({ do: 'write', from: 0, count: 20 })).toEqual({ done: 20 });
  expect(await before.ask({ do: 'close' })).toEqual({ done: 0 });
  copyFileSync(path, `${path}.backup`);
  const killed = await start(node);
  expect(await killed.ask({ do: 'open', path })).toEqual({ done: 0 });
  expect(await killed.ask({ do: 'write', from: 20, count: 20 })).toEqual({ done: 20 });
  await killed.killHard();
  copyFileSync(`${path}.backup`, path);

  const restored = await start(node);
  for (let times = 0; times < 2; times += 1) {
    const refused = await restored.ask({ do: 'open', path, ...quick });
    expect(refused).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining(`${path}-wal is`) });
  }
  rmSync(`${path}-wal`);
  expect(await countOf(node, path)).toEqual({ done: 20 });
});

it.each(nodes)('%s opens the files that version 0.1 left, also after a kill -9', async (node) => {
  const written = fileURLToPath(new URL('../../../packages/token-service/test/at-rest/0.1/sqlite', import.meta.url));
  const holder = await start(node);
  for (const name of readdirSync(written)) {
    const folder = newPath();
    await cp(join(written, name), folder, { recursive: true });
    expect(await holder.ask({ do: 'open', path: join(folder, 'tokens.db'), ...quick })).toEqual({ done: 0 });
    expect([name, await holder.ask({ do: 'count' })]).toEqual([name, { done: 5 }]);
    expect(await holder.ask({ do: 'close' })).toEqual({ done: 0 });
  }
});
