import { expect, it } from 'vitest';
import { createCoolDown } from './cool-down.js';

function makeCoolDown(maxUsers = 10) {
  const time = { now: 1_000_000 };
  return { time, ...createCoolDown({ coolDownMs: 60_000, maxUsers, now: () => time.now }) };
}

it.each([
  [0, true],
  [59_999, true],
  [60_000, false],
  // A clock that was set back ends it.
  [-1, false],
])('%i ms after its start a cool-down is on: %s', (passedMs, expected) => {
  const { start, isOn, time } = makeCoolDown();
  start('ada');
  time.now += passedMs;
  expect([isOn('ada'), isOn('bob')]).toEqual([expected, false]);
});

it('a cool-down that starts again lasts its whole time from then on', () => {
  const { start, isOn, time } = makeCoolDown();
  for (const passedMs of [0, 50_000]) {
    time.now += passedMs;
    start('ada');
  }
  time.now += 59_999;
  expect(isOn('ada')).toBe(true);
});

it('no more users are remembered than set: whose cool-down began longest ago is forgotten', () => {
  const { start, isOn } = makeCoolDown(3);
  for (const userId of ['a', 'b', 'c']) start(userId);
  expect(['a', 'b', 'c'].map(isOn)).toEqual([true, true, true]);
  // It begins anew, and so last.
  start('a');
  start('d');
  expect(['a', 'b', 'c', 'd'].map(isOn)).toEqual([true, false, true, true]);
});
