import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isLoopback } from './endpoint.js';

const file = new URL('../../../../spec/vectors/loopback.json', import.meta.url);

test.each(Object.entries<boolean>(JSON.parse(readFileSync(file, 'utf8'))))(
  'of %j it is %s that it is this machine',
  (hostname, expected) => expect(isLoopback(hostname)).toBe(expected),
);
