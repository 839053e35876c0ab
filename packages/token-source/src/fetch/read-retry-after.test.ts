import { expect, it } from 'vitest';
import { readRetryAfter } from './read-retry-after.js';

const now = () => Date.parse('2026-01-01T00:00:00Z');

it.each([
  [{}, undefined],
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': ' 0 ' }, 0],
  [{ 'retry-after': '-7' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT', date: 'Thu, 01 Jan 2026 00:00:04 GMT' }, 5000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, undefined],
] as [Record<string, string>, number | undefined][])('%j is %s', (headers, expected) => {
  expect(readRetryAfter(new Headers(headers), now)).toBe(expected);
});
