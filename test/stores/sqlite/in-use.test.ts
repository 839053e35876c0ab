import { describe, expect, it } from 'vitest';
import { canUnshare, type Holder, installedNodes, quick, useHolders } from './start-holder.js';

const nodes = installedNodes();
const [wasm = process.execPath, native = process.execPath] = nodes;
const inUse = { code: 'STORE_FAILED', message: expect.stringContaining('in use') };
const { newPath, start, countOf } = useHolders();

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
    expect(await first.ask({ do: 'open', path, ...quick })).toEqual({ done: 0 });
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
    expect(await next.ask({ do: 'open', path, ...quick })).toEqual({ done: 0 });
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
  expect(await busy.ask({ do: 'open', path, ...quick })).toEqual({ done: 0 });
  // Beyond the five heartbeats after which another one would take it over.
  expect(await busy.ask({ do: 'block', ms: 20 * quick.heartbeatMs })).toEqual({ done: 0 });
  expect(await busy.ask({ do: 'write', from: 0, count: 30 })).toEqual({ done: 30 });
  await busy.killHard();
  expect(await countOf(node, path)).toEqual({ done: 30 });
});
