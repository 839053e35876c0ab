import { expect, it } from 'vitest';
import type { Lane } from '../types.js';
import { createLanes, type Lanes, type Waiter } from './priority-queue.js';

function waiter(lane: Lane): Waiter {
  return { lane, cameAt: 0, grant: () => {}, dismiss: () => {} };
}

function drain(lanes: Lanes): Waiter[] {
  const order: Waiter[] = [];
  for (let first = lanes.first(); first; first = lanes.first()) {
    lanes.leave(first);
    order.push(first);
  }
  return order;
}

it('all interactive ones go before any of bulk, each lane in the order of coming', () => {
  const lanes = createLanes();
  const [b1, i1, b2, i2] = [waiter('bulk'), waiter('interactive'), waiter('bulk'), waiter('interactive')];
  for (const each of [b1, i1, b2, i2]) lanes.add(each);
  expect(drain(lanes)).toEqual([i1, i2, b1, b2]);
});

it('who leaves is not called, and nobody waits behind them', () => {
  const lanes = createLanes();
  const [first, second, third] = [waiter('bulk'), waiter('bulk'), waiter('bulk')];
  for (const each of [first, second, third]) lanes.add(each);
  lanes.leave(second);
  lanes.leave(second);
  expect(lanes.size()).toBe(2);
  expect(lanes.aheadOf(third)).toBe(1);
  expect(drain(lanes)).toEqual([first, third]);
  expect(lanes.size()).toBe(0);
});

it('interactive ones count for those who wait in bulk, and not the other way round', () => {
  const lanes = createLanes();
  const [bulk, interactive] = [waiter('bulk'), waiter('interactive')];
  lanes.add(bulk);
  lanes.add(interactive);
  expect([lanes.ahead('interactive'), lanes.ahead('bulk')]).toEqual([1, 2]);
  expect([lanes.aheadOf(interactive), lanes.aheadOf(bulk)]).toEqual([0, 1]);
});
