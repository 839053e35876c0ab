import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms, programPath } from '../support/find-program.js';
import { canUnshare, type Holder, installedNodes, startHolder } from './sqlite/start-holder.js';

const nodes = installedNodes();
const [wasm = process.execPath, native = process.execPath] = nodes;
const inUse = { code: 'STORE_FAILED', message: expect.stringContaining('in use') };

const holders: Holder[] = [];
let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlite-holders-'));
});
afterEach(async () => {
  for (const holder of holders.splice(0)) await holder[Symbol.asyncDispose]();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function newPath(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

async function start(node: string, inside?: 'a namespace'): Promise<Holder> {
  const holder = await startHolder(node, inside);
  holders.push(holder);
  return holder;
}

async function countOf(node: string, path: string): Promise<unknown> {
  const holder = await start(node);
  expect(await holder.ask({ do: 'open', path })).toEqual({ done: 0 });
  const counted = await holder.ask({ do: 'count' });
  expect(await holder.ask({ do: 'close' })).toEqual({ done: 0 });
  return counted;
}

const pairs =
  nodes.length < 3
    ? [[wasm, wasm]]
    : [
        [wasm, wasm],
        [native, native],
        [wasm, native],
        [native, wasm],
      ];
const nameOf = (node: string): string => /node-(\d+)/.exec(node)?.[1] ?? process.versions.node;
const named = pairs.map(([one = '', other = '']) => [nameOf(one), nameOf(other), one, other] as const);

describe.each(named)('a SQLite file that Node %s has open, and Node %s opens', (_one, _other, one, other) => {
  it.runIf(canUnshare())('is refused, in containers with process IDs of their own, and nothing is lost', async () => {
    const path = newPath();
    const [first, second] = [await start(one, 'a namespace'), await start(other, 'a namespace')];
    expect(await first.ask({ do: 'open', path })).toEqual({ done: 0 });
    expect(await first.ask({ do: 'write', from: 0, count: 300 })).toEqual({ done: 300 });
    expect(await second.ask({ do: 'open', path })).toMatchObject(inUse);
    expect(await first.ask({ do: 'write', from: 300, count: 400 })).toEqual({ done: 400 });
    await first.killHard();
    expect(await countOf(other, path)).toEqual({ done: 700 });
  });

  it('is opened by one of two that start together, and by the next one after kill -9', async () => {
    const path = newPath();
    const both = [await start(one), await start(other)];
    const opened = await Promise.all(both.map((holder) => holder.ask({ do: 'open', path })));
    expect(opened.filter((answer) => 'done' in answer)).toHaveLength(1);
    const holder = both[opened.findIndex((answer) => 'done' in answer)] as Holder;
    expect(await holder.ask({ do: 'write', from: 0, count: 50 })).toEqual({ done: 50 });
    await holder.killHard();
    expect(await countOf(other, path)).toEqual({ done: 50 });
  });
});

it.each(nodes)(
  '%s takes over from one that was stopped, which then writes no more, and removes nothing',
  async (node) => {
    const path = newPath();
    const asleep = await start(node);
    expect(await asleep.ask({ do: 'open', path })).toEqual({ done: 0 });
    expect(await asleep.ask({ do: 'write', from: 0, count: 30 })).toEqual({ done: 30 });
    asleep.kill('SIGSTOP');
    // The one with the lock of the operating system keeps it for as long as it lives.
    const next = await start(wasm);
    expect(await next.ask({ do: 'open', path })).toEqual({ done: 0 });
    expect(await next.ask({ do: 'write', from: 30, count: 30 })).toEqual({ done: 30 });
    asleep.kill('SIGCONT');
    const late = await asleep.ask({ do: 'write', from: 60, count: 1 });
    expect(late).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('taken') });
    expect(await asleep.ask({ do: 'count' })).toMatchObject({ code: 'STORE_FAILED' });
    expect(await asleep.ask({ do: 'close' })).toEqual({ done: 0 });
    expect(await next.ask({ do: 'write', from: 60, count: 30 })).toEqual({ done: 30 });
    await next.killHard();
    expect(await countOf(wasm, path)).toEqual({ done: 90 });
  },
);

it.each(nodes)('%s keeps what it writes after it was too busy to renew its lease', async (node) => {
  const path = newPath();
  const busy = await start(node);
  expect(await busy.ask({ do: 'open', path })).toEqual({ done: 0 });
  expect(await busy.ask({ do: 'block', ms: 8_000 })).toEqual({ done: 0 });
  expect(await busy.ask({ do: 'write', from: 0, count: 30 })).toEqual({ done: 30 });
  await busy.killHard();
  expect(await countOf(node, path)).toEqual({ done: 30 });
});

it.each(nodes)(
  '%s leaves its files and folders to their owner alone, whatever the umask, also those of a file that others could read',
  async (node) => {
    const path = newPath();
    const holder = await start(node);
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    expect(await holder.ask({ do: 'open', path })).toEqual({ done: 0 });
    expect(await holder.ask({ do: 'write', from: 0, count: 30 })).toEqual({ done: 30 });
    const open = readdirSync(folder).filter((name) => name.startsWith(`${files}.db`));
    expect(open).toEqual(expect.arrayContaining([`${files}.db`, `${files}.db-wal`, `${files}.db.pid`]));
    expect(open.filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0)).toEqual([]);
  },
);

const query = 'SELECT count(*) FROM tokens';
const outsiders: [program: string, args: string[]][] = [
  ['sqlite3', ['PATH', query]],
  ['sqlite3', ['PATH', '.backup PATH.backup']],
  ['sqlite3', ['PATH', 'DELETE FROM tokens; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE']],
  ['python3', ['-c', `import sqlite3; print(sqlite3.connect("PATH").execute("${query}").fetchall())`]],
];

it.runIf(hasPrograms('sqlite3', 'python3')).each(nodes)(
  'what %s writes after another program has had a look at the file is kept',
  async (node) => {
    const path = newPath();
    const holder = await start(node);
    expect(await holder.ask({ do: 'open', path })).toEqual({ done: 0 });
    let written = 0;
    for (const [program, args] of outsiders) {
      expect(await holder.ask({ do: 'write', from: written, count: 20 })).toEqual({ done: 20 });
      written += 20;
      try {
        execFileSync(
          programPath(program),
          args.map((arg) => arg.replaceAll('PATH', path)),
          { stdio: ['ignore', 'ignore', 'pipe'] },
        );
      } catch (error) {
        // It may be refused; a Python without its SQLite would have asked nothing.
        expect(`${error}`).not.toMatch(/ModuleNotFoundError|There is no/);
      }
    }
    expect(await holder.ask({ do: 'write', from: written, count: 20 })).toEqual({ done: 20 });
    await holder.killHard();
    expect(await countOf(node, path)).toEqual({ done: written + 20 });
  },
);

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
    const refused = await restored.ask({ do: 'open', path });
    expect(refused).toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining(`${path}-wal is`) });
  }
  rmSync(`${path}-wal`);
  expect(await countOf(node, path)).toEqual({ done: 20 });
});

it.each(nodes)('%s opens the files that version 0.1 left, also after a kill -9', async (node) => {
  const written = fileURLToPath(new URL('../../packages/token-service/test/at-rest/0.1/sqlite', import.meta.url));
  for (const name of readdirSync(written)) {
    files += 1;
    await cp(join(written, name), join(folder, `${files}`), { recursive: true });
    expect([name, await countOf(node, join(folder, `${files}`, 'tokens.db'))]).toEqual([name, { done: 5 }]);
  }
});
