import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isExpected } from '../support/find-program.js';
import { withoutState } from '../support/without-state.js';
import { hasGrammar, parseSample, parseText } from './parse-sample.js';
import { buildSample, checkSample, hasToolchain, type SampleLanguage, sampleFile, samples } from './samples.js';

const repository = resolve(import.meta.dirname, '../..');
/** Debian has no compiler of theirs, or one that takes half a minute: `npm run samples` runs Kotlin. */
const notRun = ['csharp', 'kotlin', 'swift'];
const run = samples.languages.filter(({ id }) => !notRun.includes(id));
const parsed = samples.languages.filter(({ id }) => ['csharp', 'swift'].includes(id));
let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0, document: withoutState });
});
afterAll(() => mock?.[Symbol.asyncDispose]());

it('there are eleven languages, and a sample of each operation in each of them', () => {
  expect(samples.languages).toHaveLength(11);
  expect(samples.operations.length).toBeGreaterThan(0);
  for (const language of samples.languages) {
    const files = samples.operations.map((operation) => join(repository, sampleFile(language, operation)));
    for (const file of files) expect(readFileSync(file, 'utf8')).toContain('NEXCONN_APP_SECRET');
    expect(readdirSync(join(repository, 'examples/languages', language.id))).toHaveLength(files.length);
  }
});

describe.each(samples.operations)('$operationId', (operation) => {
  it.each(run)(
    '$title: the sample gets an answer of the mock, and fails by an error with HTTP 200',
    async (language) => {
      if (!isExpected(hasToolchain(language))) return;
      await using sample = await buildSample(language, operation);
      expect(await checkSample(sample, mock, { isWhole: false })).toEqual([]);
    },
  );

  it.each(parsed)('$title: its grammar takes the sample', (language) => {
    if (!isExpected(hasGrammar(language))) return;
    expect(parseSample(language, operation)).toBeUndefined();
  });
});

it.each(parsed)('$title: its grammar does not take what is no program', (language: SampleLanguage) => {
  if (!isExpected(hasGrammar(language))) return;
  expect(parseText(language, 'let x = = )1;\n')).toBeDefined();
});
