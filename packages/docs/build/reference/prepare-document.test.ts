import { expect, test } from 'vitest';
import type { ReadingDocument } from '../types.js';
import { leadToPages, rateLimitInWords, readingCopy } from './prepare-document.js';
import { readSamples } from './read-samples.js';

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

test('several tags stay where there are many operations, and few are all open', () => {
  const many = ['Tokens', 'Users', 'Groups', 'Rooms', 'Messages', 'Files', 'Calls'];
  const copy = readingCopy(documentWith(...many), '../');
  expect(copy.tags).toHaveLength(many.length);
  expect(copy.paths['/Users']?.get).toHaveProperty('tags', ['Users']);
  expect(readingCopy(documentWith('Tokens', 'Users'), '../').tags).toBeUndefined();
});

test('each operation leads to where it is tried, but those of a server of our own', () => {
  const document = documentWith('Tokens');
  Object.assign(document.paths['/Tokens']?.get as object, { operationId: 'issueAccessToken' });
  expect(readingCopy(document, '../').paths['/Tokens']?.get).toMatchObject({
    externalDocs: { url: '../try-it.html#issueAccessToken' },
  });
  const own = readingCopy({ ...document, 'x-own-server': true }, '../');
  expect(own.paths['/Tokens']?.get).not.toHaveProperty('externalDocs');
});

test('the document itself is not changed', () => {
  const document = documentWith('Tokens');
  const before = structuredClone(document);
  readingCopy(document, '../');
  expect(document).toEqual(before);
});

test('the introduction leads to the guide, and ends with the way to the errors', () => {
  const document = { ...documentWith(), info: { title: 'An API', version: '1', description: 'Words.' } };
  leadToPages(document, '../', { guide: { title: 'Calling the API', name: 'calling-the-api' }, errors: 'api' });
  expect(document).toHaveProperty('externalDocs', {
    description: 'Guide: Calling the API',
    url: '../guides/calling-the-api.html',
  });
  expect(document.info.description).toMatch(/^Words\.\n\n## What can go wrong\n\n.*\(\.\.\/errors\.html#api\)/);
});

test('a rate limit reads as words', () => {
  expect(readingCopy(documentWith('Tokens'), '../').paths['/Tokens']?.get).toHaveProperty(
    'x-Rate limit',
    '200 requests per second, per app key',
  );
  expect(rateLimitInWords({ limit: 5, windowSeconds: 60, per: 'user' })).toBe('5 requests per 60 seconds, per user');
});

test('the extensions of a field read as words, and an example keeps what it has', () => {
  const document = {
    ...documentWith('Tokens'),
    schema: { userId: { 'x-max-bytes': 64, 'x-echoes': 'userId' }, avatarUrl: { 'x-empty-is-absent': true } },
    example: { 'x-max-bytes': 64 },
  };
  const copy = readingCopy(document, '../');
  expect(copy.schema).toMatchObject({
    userId: { 'x-Length': 'at most 64 bytes of UTF-8', 'x-Repeats': 'userId of the request' },
    avatarUrl: { 'x-Empty text': 'counts as not sent' },
  });
  expect(copy.example).toEqual({ 'x-max-bytes': 64 });
});

test('an operation has its programs in every language, without the lines about their origin', () => {
  const samples = readSamples()('issueAccessToken');
  expect(samples.map(({ label }) => label)).toEqual(expect.arrayContaining(['curl + openssl', 'TypeScript', 'Swift']));
  expect(samples.find(({ label }) => label === 'PHP')?.source).toMatch(/^<\?php\n\/\/ Issue an access token/);
  for (const { source } of samples) expect(source).not.toContain('npm run generate');
  expect(readSamples()('unknown')).toEqual([]);
  const document = { ...documentWith(), paths: { '/a': { post: { operationId: 'issueAccessToken' } } } };
  expect(readingCopy(document, '../', readSamples()).paths['/a']?.post).toHaveProperty('x-codeSamples', samples);
});
