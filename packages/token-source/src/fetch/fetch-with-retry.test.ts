import { expect, it } from 'vitest';
import { makeEnvironment } from '../../test/support/make-environment.js';
import { isUsable } from '../cache/kept-token.js';
import { resolveOptions } from '../resolve-options.js';
import { createFetcher } from './fetch-with-retry.js';

/** A device without a clock that never goes back, whose time is set back by a day. */
function makeDevice() {
  const environment = makeEnvironment();
  return { ...environment, monotonicNow: environment.now };
}

it('a device whose time is set back waits no longer than it was told to', async () => {
  const device = makeDevice();
  const answers = [Object.assign(new Error('Later.'), { status: 503, retryAfterMs: 30_000 }), { accessToken: 't' }];
  const fetchToken = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer as { accessToken: string };
  };
  const fetch = createFetcher(resolveOptions({ fetchToken, maxAttempts: 1 }), device, () => {});
  const { signal } = new AbortController();
  await expect(fetch(undefined, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  device.shiftWall(-86_400_000);
  const fetched = fetch(undefined, signal);
  await device.pass(60_000);
  expect(await fetched).toMatchObject({ accessToken: 't' });
});

it('and does not wait again once it has waited', async () => {
  const device = makeDevice();
  let asked = 0;
  const fetchToken = async () => {
    asked += 1;
    if (asked === 1) throw Object.assign(new Error('Later.'), { status: 503, retryAfterMs: 30_000 });
    return { accessToken: 't' };
  };
  const fetch = createFetcher(resolveOptions({ fetchToken, maxAttempts: 1 }), device, () => {});
  const { signal } = new AbortController();
  await expect(fetch(undefined, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  device.shiftWall(-86_400_000);
  const fetched = fetch(undefined, signal);
  await device.pass(60_000);
  await fetched;
  await fetch(undefined, signal);
  expect(device.timers()).toEqual([]);
});

it('a token is not used where both clocks were set back, since nobody knows its age', () => {
  const device = makeDevice();
  const kept = { accessToken: 't', userId: undefined, lifetimeMs: 600_000, after: '' };
  const token = { ...kept, wall: device.now(), monotonic: device.monotonicNow() };
  expect(isUsable(token, device)).toBe(true);
  device.shiftWall(-1);
  expect(isUsable(token, device)).toBe(false);
});
