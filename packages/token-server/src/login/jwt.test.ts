import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isLoopback } from './jwt.js';

const file = new URL('../../../../spec/vectors/loopback.json', import.meta.url);

test.each(Object.entries<boolean>(JSON.parse(readFileSync(file, 'utf8'))))(
  'a JWK set is fetched without TLS of this machine alone: %j: %s',
  (hostname, expected) => expect(isLoopback(hostname)).toBe(expected),
);
