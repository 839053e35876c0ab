import { expect, it, vi } from 'vitest';
import { createSingleFlight } from './single-flight.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

/** Work that ends when it is told to, and notes its begin. */
function makeWork() {
  const begun: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const start = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
    });
  };
  return { begun, start, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}

const laterTick = () => new Promise<void>((resolve) => setImmediate(resolve));

it('all who need the same share one run, and its failure', async () => {
  const { share } = createSingleFlight<string>();
  const { begun, start, end } = makeWork();
  const both = ['one', 'two'].map((name) => share('ada', 'token', start(name)));
  await laterTick();
  expect(begun).toEqual(['one']);
  end('one', new Error('No.'));
  expect(await Promise.allSettled(both)).toMatchObject(Array(2).fill({ reason: { message: 'No.' } }));
  // The next one begins anew.
  const next = share('ada', 'token', start('three'));
  await laterTick();
  end('three');
  expect(await next).toBe('three');
});

it.each([undefined, new Error('No.')])(
  'of two needs with one key, the second waits for the first, also where that fails: %s',
  async (failure) => {
    const { share } = createSingleFlight<string>();
    const { begun, start, end } = makeWork();
    const first = share('ada', 'one', start('one')).catch(() => 'failed');
    const [second, third] = ['two', 'three'].map((name) => share('ada', 'two', start(name)));
    const other = share('bob', 'one', start('of another key'));
    await laterTick();
    expect(begun).toEqual(['one', 'of another key']);
    end('one', failure);
    expect(await first).toBe(failure ? 'failed' : 'one');
    await laterTick();
    expect(begun).toEqual(['one', 'of another key', 'two']);
    end('two');
    end('of another key');
    expect(await Promise.all([second, third, other])).toEqual(['two', 'two', 'of another key']);
  },
);

it.each<[settled: string, failure: Error | undefined]>([
  ['fulfilled', undefined],
  ['rejected', new Error('No.')],
])('another need settles as the one before it where that is enough: %s', async (status, failure) => {
  const { share } = createSingleFlight<string>();
  const { begun, start, end } = makeWork();
  const first = share('ada', 'one', start('one'));
  const seen: unknown[] = [];
  const second = share('ada', 'two', start('two'), (settled) => {
    seen.push(settled);
    return settled.status === status;
  });
  end('one', failure);
  const [one, two] = await Promise.allSettled([first, second]);
  expect(two).toEqual(one);
  expect([begun, seen]).toEqual([['one'], [one]]);
});

it('nobody joins what was dropped, which is waited for until it is idle', async () => {
  const { share, drop, idle } = createSingleFlight<string>();
  const { begun, start, end } = makeWork();
  const dropped = share('ada', 'token', start('one'));
  drop('ada', 'bob');
  const next = share('ada', 'token', start('two'));
  end('one');
  expect(await dropped).toBe('one');
  // The end of the one is not that of the other.
  const joined = share('ada', 'token', start('three'));
  let isIdle = false;
  const waiting = idle().then(() => {
    isIdle = true;
  });
  await laterTick();
  expect([begun, isIdle]).toEqual([['one', 'two'], false]);
  end('two');
  expect(await Promise.all([next, joined])).toEqual(['two', 'two']);
  await waiting;
  const last = share('ada', 'token', start('four'));
  drop('ada');
  const idleAgain = idle();
  end('four');
  await Promise.all([last, idleAgain]);
});

it('is idle once nothing is under way, and what began meanwhile has ended as well', async () => {
  const { share, idle } = createSingleFlight<string>();
  await idle();
  const { start, end } = makeWork();
  let isIdle = false;
  share('ada', 'one', start('one')).catch(() => {});
  share('bob', 'one', start('two')).catch(() => {});
  const waiting = idle().then(() => {
    isIdle = true;
  });
  end('one', new Error('No.'));
  share('eve', 'one', start('three')).catch(() => {});
  await laterTick();
  end('two');
  await laterTick();
  expect(isIdle).toBe(false);
  end('three');
  await waiting;
});

it.each(['token', 'other'])(
  'a run that never settles, as that of a request which was cancelled, keeps nobody (%s)',
  async (need) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { share, idle } = createSingleFlight<string>();
      const { begun, start, end } = makeWork();
      void share('ada', 'token', start('hanging'));
      const [second, third] = ['two', 'three'].map((name) => share('ada', need, start(name)));
      await vi.advanceTimersByTimeAsync(14_999);
      expect(begun).toEqual(['hanging']);
      await vi.advanceTimersByTimeAsync(10);
      expect(begun).toEqual(['hanging', 'two']);
      // One that settles after all is not the one that is under way, and is waited for where all are.
      let isIdle = false;
      const idling = idle().then(() => {
        isIdle = true;
      });
      end('two');
      expect(await Promise.all([second, third])).toEqual(['two', 'two']);
      const fourth = share('ada', need, start('four'));
      await laterTick();
      end('hanging');
      await laterTick();
      const fifth = share('ada', need, start('five'));
      await laterTick();
      expect([begun.length, isIdle]).toEqual([3, false]);
      end('four');
      expect(await Promise.all([fourth, fifth])).toEqual(['four', 'four']);
      await idling;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  },
);
