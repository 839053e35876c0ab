import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRetryAfter } from './retry.js';

interface Vector {
  name: string;
  value: string | null;
  date: string | null;
  now: string;
  waitMs: number | null;
}

const file = new URL('../../../../spec/vectors/retry-after.json', import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(file, 'utf8'));

describe('Retry-After', () => {
  it.each(vectors)('reads $name', ({ value, date, now, waitMs }) => {
    const found = readRetryAfter(value ?? undefined, date ?? undefined, Date.parse(now));
    expect(found).toBe(waitMs ?? undefined);
  });

  it('says nothing where it is no single text', () => {
    for (const given of [['1', '2'], ['7']]) expect(readRetryAfter(given, undefined, 0)).toBeUndefined();
  });
});
