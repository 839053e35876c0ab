import { expect, test } from 'vitest';
import { rateLimitInWords, readingCopy } from './prepare-document.js';
import type { ReadingDocument } from './types.js';

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
  const copy = readingCopy(documentWith('Tokens'));
  expect(copy.tags).toBeUndefined();
  expect(copy.paths['/Tokens']?.get).not.toHaveProperty('tags');
});

test('several tags stay', () => {
  const copy = readingCopy(documentWith('Tokens', 'Users'));
  expect(copy.tags).toHaveLength(2);
  expect(copy.paths['/Users']?.get).toHaveProperty('tags', ['Users']);
});

test('the document itself is not changed', () => {
  const document = documentWith('Tokens');
  const before = structuredClone(document);
  readingCopy(document);
  expect(document).toEqual(before);
});

test('a rate limit reads as words', () => {
  expect(readingCopy(documentWith('Tokens')).paths['/Tokens']?.get).toHaveProperty(
    'x-rate-limit',
    '200 requests per second, per app key',
  );
  expect(rateLimitInWords({ limit: 5, windowSeconds: 60, per: 'user' })).toBe('5 requests per 60 seconds, per user');
});

test('the error catalogue fills the empty marker of the description', () => {
  const document = documentWith('Tokens');
  document.info.description = 'Errors:\n\n<!-- generated:error-codes -->\n<!-- /generated -->\n\nEnd.';
  document['x-error-codes'] = [
    { code: 1, name: 'Lost', httpStatus: 400, retryable: true, meaning: 'A | B.', remedy: 'Find $& it.' },
  ];
  expect(readingCopy(document).info.description).toBe(
    [
      'Errors:\n',
      '| Code | HTTP | Meaning and remedy |',
      '|---|---|---|',
      '| 1 Lost | 400 | A \\| B. Find $& it. Retryable. |\n',
      'End.',
    ].join('\n'),
  );
});

test('a filled marker stays as it is', () => {
  const document = documentWith('Tokens');
  document.info.description = '<!-- generated:error-codes -->\n| code |\n<!-- /generated -->';
  document['x-error-codes'] = [];
  expect(readingCopy(document).info.description).toBe(document.info.description);
});
