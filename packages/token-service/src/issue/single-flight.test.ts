import { expect, it } from 'vitest';
import { createSingleFlight } from './single-flight.js';

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
