import { describe, expect, it } from 'vitest';
import { ada, makeSetting } from '../test/support/make-setting.js';
import { appRequest } from '../test/support/start-backend.js';
import { createMemoryStore, createTokenHandler } from './index.js';
import { ownClock, ownMonotonicClock } from './own-clock.js';

const wrong: readonly unknown[] = [Number.NaN, Infinity, -Infinity, '5', 5n, new Date(), undefined, null, Symbol('x')];

describe.each([ownClock, ownMonotonicClock])('a clock of the caller', (make) => {
  it.each(wrong)('that returns %s is refused by its name', (time) => {
    const clock = make(
      'now',
      () => time as number,
      () => 0,
    );
    expect(clock).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(/^now /) }));
  });

  it('is the one of the system where there is none', () => {
    const system = () => 5;
    expect(make('now', undefined, system)).toBe(system);
  });

  it('has its times, whatever they begin with', () => {
    const times = [-5, 0, 0, 0.25, 7];
    const clock = make(
      'now',
      () => times.shift() as number,
      () => 0,
    );
    expect([1, 2, 3, 4, 5].map(clock)).toEqual([-5, 0, 0, 0.25, 7]);
  });
});

it('a clock that should never go back and does counts on from there', () => {
  const times = [1_000, 1_500, 20, 30, 30, 1_030];
  const clock = ownMonotonicClock(
    'monotonicNow',
    () => times.shift() as number,
    () => 0,
  );
  expect([1, 2, 3, 4, 5, 6].map(clock)).toEqual([1_000, 1_500, 1_500, 1_510, 1_510, 2_510]);
});

describe.each(wrong)('where a clock returns %s', (time) => {
  const clock = () => time as number;

  it('no token is handed out or stored by the service', async () => {
    const { instance, issued } = makeSetting();
    await expect(instance({ now: clock }).get(ada)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(await issued()).toBe(0);
  });

  it('the handler answers that the server failed, and says why', async () => {
    const failures: unknown[] = [];
    const handler = createTokenHandler(makeSetting().instance(), {
      authenticate: () => ada,
      monotonicNow: clock,
      onFailure: ({ error }) => failures.push(error),
    });
    expect((await handler(appRequest())).status).toBe(500);
    expect(failures).toMatchObject([{ code: 'INVALID_OPTION' }]);
  });

  it('the store in memory gives no lease', async () => {
    const store = createMemoryStore({ monotonicNow: clock });
    await expect((async () => store.acquireLease('ada', 1_000))()).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

it('a clock that is set back locks no user out, and lets none have more', async () => {
  let time = 1e12;
  const handler = createTokenHandler(makeSetting().instance(), {
    authenticate: () => ada,
    monotonicNow: () => time,
    requestsPerMinute: 2,
  });
  const statuses: number[] = [];
  const ask = async () => statuses.push((await handler(appRequest())).status);
  for (const _ of [1, 2, 3]) await ask();
  time -= 86_400_000;
  await ask();
  time += 60_000;
  await ask();
  expect(statuses).toEqual([200, 200, 429, 429, 200]);
});
