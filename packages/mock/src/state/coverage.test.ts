import { expect, it } from 'vitest';
import { createCoverage } from './coverage.js';

it('counts each operation, status and code', () => {
  const coverage = createCoverage();
  coverage.count('one', 200, 0);
  coverage.count('one', 200, 0);
  coverage.count('one', 401, 1004);
  coverage.count(undefined, 404, 404);
  expect([...coverage.statusesOf('one')]).toEqual([
    [200, 2],
    [401, 1],
  ]);
  expect([coverage.timesOf(0), coverage.timesOf(1004), coverage.timesOf(7), coverage.elsewhere()]).toEqual([
    2, 1, 0, 1,
  ]);
  coverage.clear();
  expect([coverage.statusesOf('one').size, coverage.timesOf(1004), coverage.elsewhere()]).toEqual([0, 0, 0]);
});

it('takes no more memory for ever more operations and codes', () => {
  const coverage = createCoverage();
  for (let at = 0; at < 20_000; at += 1) coverage.count(`operation${at}`, 200, at);
  expect(coverage.statusesOf('operation9999').size).toBe(1);
  expect(coverage.statusesOf('operation10000').size).toBe(0);
  coverage.count('operation0', 200, 0);
  expect([coverage.timesOf(0), coverage.timesOf(19_999)]).toEqual([2, 0]);
});
