import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readRetryAfter } from './read-retry-after.js';

interface Vector {
  name: string;
  value: string | null;
  date: string | null;
  now: string;
  waitMs: number | null;
}

const file = new URL('../../../../spec/vectors/retry-after.json', import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(file, 'utf8'));

it.each(vectors)('Retry-After: reads $name', ({ value, date, now, waitMs }) => {
  expect(readRetryAfter(value, date, Date.parse(now))).toBe(waitMs ?? undefined);
});

it.each([undefined, 7, ['7'], {}])('Retry-After: %j is no text of a header', (value) => {
  expect(readRetryAfter(value, null, 0)).toBeUndefined();
});
