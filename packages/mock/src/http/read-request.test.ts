import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLoopback } from './read-request.js';

const vectors: Record<string, boolean> = JSON.parse(
  readFileSync(new URL('../../../../spec/vectors/loopback.json', import.meta.url), 'utf8'),
);

describe('a host name of this machine', () => {
  it.each(Object.entries(vectors))('%j: %s', (hostname, expected) => {
    expect(isLoopback(hostname)).toBe(expected);
  });
});
