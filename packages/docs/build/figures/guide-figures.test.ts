import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MeasuredFigures } from '../types.js';
import { fillFigures } from './fill-figures.js';
import { duration, guideFigures } from './guide-figures.js';

const read = (name: string): string => readFileSync(new URL(`../../site/guides/${name}`, import.meta.url), 'utf8');
const measured = JSON.parse(read('many-users.json')) as MeasuredFigures;
const seconds: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const bytesPerUser = ['sqliteBytesPerUser', 'redisBytesPerUser', 'postgresBytesPerUser'] as const;

describe('the guide about many users', () => {
  const page = fillFigures(read('many-users.md'), guideFigures(measured));
  const perSecond = measured.tokenService.reissuePerSecond;

  /** The cells of the table with this head, row by row. */
  function rowsBelow(head: string): string[][] {
    const tables = page.split('\n\n').filter((block) => block.startsWith('| '));
    const [first = '', , ...rows] =
      tables.find((table) => table.split('\n', 1)[0]?.includes(`| ${head} |`))?.split('\n') ?? [];
    expect(first).toContain(head);
    return rows.map((row) => row.slice(2, -2).split(' | '));
  }

  test.each(['time', 'the last one has a token after'])('reckons users by the measured pace: %s', (head) => {
    const rows = rowsBelow(head);
    expect(rows.length).toBeGreaterThan(2);
    for (const [users = '', time = ''] of rows) expectNear(secondsOf(time), numberOf(users) / perSecond);
  });

  test('reckons what is stored by the measured bytes of a user', () => {
    const rows = rowsBelow('bytes of one user');
    expect(rows.map(([store]) => store)).toEqual(['SQLite', 'Redis', 'PostgreSQL']);
    const most = measured.tokenStores.toSorted((a, b) => b.storedUsers - a.storedUsers)[0];
    for (const [index, [, bytes = '', ...sizes]] of rows.entries()) {
      const wanted = most?.[bytesPerUser[index] ?? ''] ?? Number.NaN;
      expectNear(numberOf(bytes), wanted);
      for (const [power, size] of sizes.entries()) expectNear(numberOf(size) * 1e9, wanted * 10 ** (6 + power));
    }
  });

  test('says the same in its sentences', () => {
    const text = page.replaceAll('*', '').replaceAll(/\s+/g, ' ');
    expectNear(secondsOf(/would spend (\S+ \w+)/.exec(text)?.[1]), 1e8 / perSecond);
    expectNear(numberOf(/(\S+ million) in a night of eight hours/.exec(text)?.[1]), perSecond * 8 * 3600);
    expectNear(numberOf(/are (\S+) an hour/.exec(text)?.[1]), perSecond * 3600);
    expectNear(numberOf(/and (\S+ million) a day/.exec(text)?.[1]), perSecond * 86_400);
    expectNear(numberOf(/so that (\S+) wait/.exec(text)?.[1]), perSecond * 10);
    expectNear(secondsOf(/one page in (\S+ seconds)/.exec(text)?.[1]), 500 / perSecond);
  });

  test('has no figure left to fill in', () => {
    expect(page).not.toMatch(/\{\{|\}\}|NaN|undefined/);
  });
});

test('a figure that is missing fails the build, and so does one that the guide leaves out', () => {
  expect(() => fillFigures('# A\n\n{{pace}}', {})).toThrow('{{pace}}');
  expect(() => fillFigures('# A', { pace: '199' })).toThrow('pace');
});

test.each([
  [0.42, '0.42 seconds'],
  [5.03, '5.0 seconds'],
  [119, '119 seconds'],
  [120, '2.0 minutes'],
  [5025, '1.4 hours'],
  [50_251, '14 hours'],
  [502_513, '5.8 days'],
])('%s seconds are %s', (value, words) => {
  expect(duration(value)).toBe(words);
});

/** Within what is lost by rounding to two digits. */
function expectNear(value: number, wanted: number): void {
  expect(Math.abs(value / wanted - 1)).toBeLessThan(0.05);
}

function numberOf(text = ''): number {
  const value = Number(text.replaceAll(/[^\d.]/g, ''));
  return text.includes('million') ? value * 1e6 : value;
}

function secondsOf(text = ''): number {
  const [value, unit = ''] = text.split(' ');
  return numberOf(value) * (seconds[unit] ?? Number.NaN);
}
