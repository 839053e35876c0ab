import { expect, test } from 'vitest';
import type { ReadingDocument } from '../types.js';
import { rateLimitInWords, readingCopy } from './prepare-document.js';

const documentWith = (...tags: string[]): ReadingDocument => ({
  info: { title: 'An API', version: '1' },
  tags: tags.map((name) => ({ name })),
  paths: Object.fromEntries(
    tags.map((tag) => [
      `/${tag}`,
      { parameters: [], get: { tags: [tag], 'x-rate-limit': { limit: 200, windowSeconds: 1, per: 'app-key' } } },
    ]),
  ),
});

test('a single tag is dropped, so that its operations are open on the page', () => {
  const copy = readingCopy(documentWith('Tokens'), '../');
  expect(copy.tags).toBeUndefined();
  expect(copy.paths['/Tokens']?.get).not.toHaveProperty('tags');
});

test('several tags stay', () => {
  const copy = readingCopy(documentWith('Tokens', 'Users'), '../');
  expect(copy.tags).toHaveLength(2);
  expect(copy.paths['/Users']?.get).toHaveProperty('tags', ['Users']);
});

test('the document itself is not changed', () => {
  const document = documentWith('Tokens');
  const before = structuredClone(document);
  readingCopy(document, '../');
  expect(document).toEqual(before);
});

test('a rate limit reads as words', () => {
  expect(readingCopy(documentWith('Tokens'), '../').paths['/Tokens']?.get).toHaveProperty(
    'x-rate-limit',
    '200 requests per second, per app key',
  );
  expect(rateLimitInWords({ limit: 5, windowSeconds: 60, per: 'user' })).toBe('5 requests per 60 seconds, per user');
});
