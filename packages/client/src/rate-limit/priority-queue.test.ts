import { expect, it } from 'vitest';
import { createPriorityQueue, type Priority, type PriorityQueue, type Waiter } from './priority-queue.js';

function waiter(priority: Priority): Waiter {
  return { priority, cameAt: 0, endsAt: 0, grant: () => {}, refuse: () => {}, dismiss: () => {} };
}

function drain(queue: PriorityQueue): Waiter[] {
  const order: Waiter[] = [];
  for (let first = queue.first(); first; first = queue.first()) {
    queue.remove(first);
    order.push(first);
  }
  return order;
}

it('all interactive ones go before any of bulk, each priority in the order of coming', () => {
  const queue = createPriorityQueue();
  const [b1, i1, b2, i2] = [waiter('bulk'), waiter('interactive'), waiter('bulk'), waiter('interactive')];
  for (const each of [b1, i1, b2, i2]) queue.add(each);
  expect(drain(queue)).toEqual([i1, i2, b1, b2]);
});

it('those of calls that have been sent go before all others', () => {
  const queue = createPriorityQueue();
  const [b1, i1, again] = [waiter('bulk'), waiter('interactive'), waiter('begun')];
  for (const each of [b1, i1, again]) queue.add(each);
  expect([queue.ahead('begun'), queue.ahead('interactive'), queue.ahead('bulk'), queue.size()]).toEqual([1, 2, 3, 3]);
  expect(drain(queue)).toEqual([again, i1, b1]);
});

it('who leaves is not called, and nobody waits behind them', () => {
  const queue = createPriorityQueue();
  const [first, second, third] = [waiter('bulk'), waiter('bulk'), waiter('bulk')];
  for (const each of [first, second, third]) queue.add(each);
  queue.remove(second);
  queue.remove(second);
  expect(queue.size()).toBe(2);
  expect(queue.ahead('bulk')).toBe(2);
  expect(drain(queue)).toEqual([first, third]);
  expect(queue.size()).toBe(0);
});

it('interactive ones count for those who wait in bulk, and not the other way round', () => {
  const queue = createPriorityQueue();
  const [bulk, interactive] = [waiter('bulk'), waiter('interactive')];
  queue.add(bulk);
  queue.add(interactive);
  expect([queue.ahead('interactive'), queue.ahead('bulk')]).toEqual([1, 2]);
});
