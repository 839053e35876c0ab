import { describe, expect, it } from 'vitest';
import { readRetryAfter } from './read-retry-after.js';

const now = Date.parse('Mon, 03 Mar 2025 10:00:00 GMT');
const read = (value: string | string[] | undefined, date?: string) =>
  readRetryAfter({ 'retry-after': value, date }, now);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    ['1.5', 1_500],
  ])('of %s is seconds', (value, waitMs) => expect(read(value)).toBe(waitMs));

  it('can be a date, of which one in the past is now', () => {
    expect(read('Mon, 03 Mar 2025 10:00:07 GMT')).toBe(7_000);
    expect(read('Mon, 03 Mar 2025 09:00:00 GMT')).toBe(0);
  });

  it('that is a date is compared with the clock of who says it', () => {
    expect(read('Mon, 03 Mar 2025 12:00:07 GMT', 'Mon, 03 Mar 2025 12:00:00 GMT')).toBe(7_000);
    expect(read('Mon, 03 Mar 2025 10:00:07 GMT', 'no date')).toBe(7_000);
  });

  it.each([undefined, '', 'soon', '-5', '1e9', '5 seconds', '99:99:99', ['1', '2']])('of %j says nothing', (value) => {
    expect(read(value as string)).toBeUndefined();
  });
});
