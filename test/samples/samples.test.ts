import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkForm } from './check-samples.js';
import { placeOf, readPages, readReadmes, root } from './read-samples.js';
import { firstMissingLine, type ModuleResult, openWorkshop, type Workshop } from './run-samples.js';

const pages = readPages();
const readmes = readReadmes();
const samples = [...readmes, ...pages].flatMap((page) => page.samples);

let workshop: Workshop;
let results: ModuleResult[];
beforeAll(async () => {
  workshop = await openWorkshop(samples);
  results = await workshop.run();
});
afterAll(() => workshop?.[Symbol.asyncDispose]());

it('every package has a README with what it does', () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  expect(packages.filter((path) => !readmes.some((readme) => readme.path === path))).toEqual([]);
});

it('a README is one screen: the rest stands in the documentation, once', () => {
  const long = readmes.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  expect(long.filter(({ path, lines }) => path !== 'README.md' && lines > 60)).toEqual([]);
});

it('every page to start from and every guide has a title, a description and a place, and ends with what can go wrong', () => {
  const written = pages.filter(({ path }) => /\/(start|guides)\/|\/site\/(?!index\.)[\w-]+\.md$/.test(path));
  expect(written.length).toBeGreaterThan(10);
  for (const { path, text, frontMatter } of written) {
    expect(frontMatter, path).toMatchObject({
      title: expect.stringMatching(/./),
      description: expect.stringMatching(/./),
      order: expect.stringMatching(/^\d+$/),
    });
    const headings = [...text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.at(-1), path).toBe('What can go wrong');
  }
});

it('every sample of TypeScript compiles', async () => {
  expect(await workshop.compile()).toBe('');
});

it('every sample of TypeScript runs to its end beside a mock, and writes what the page shows', () => {
  expect(results.length).toBeGreaterThan(10);
  const wrong = results.flatMap(({ place, output, failure }) => {
    const shown = samples.find((sample) => placeOf(sample) === place)?.output ?? '';
    const missing = firstMissingLine(shown, output);
    if (failure !== undefined) return `${place} failed: ${failure}\n${output}`;
    if (output.includes(workshop.appSecret)) return `${place} shows the App Secret`;
    return missing === undefined ? [] : `${place} did not write «${missing}» but:\n${output}`;
  });
  expect(wrong).toEqual([]);
});

it('JSON, YAML, HTTP, settings and shell are written right', () => {
  const wrong = samples.flatMap((sample) => {
    const failure = checkForm(sample);
    return failure === undefined ? [] : `${placeOf(sample)}: ${failure}`;
  });
  expect(wrong).toEqual([]);
});

it('what is not run says why', () => {
  for (const sample of samples) {
    if ('not-run' in sample.attributes) expect(sample.attributes['not-run'], placeOf(sample)).toMatch(/\w+ \w+/);
  }
});

it('an included file is of an example, which a test runs, or of what is written for the specification', () => {
  for (const sample of samples) {
    if (sample.included !== undefined)
      expect(sample.included, placeOf(sample)).toMatch(
        /^(examples|spec|test\/e2e\/second-endpoint|test\/examples\/clock)\//,
      );
  }
});

it('a page that writes a file uses it later', () => {
  for (const page of pages) {
    for (const sample of page.samples.filter(({ attributes }) => 'file' in attributes)) {
      const later = page.samples.filter((each) => each.line > sample.line && !('file' in each.attributes));
      const name = sample.attributes.file ?? '';
      expect(
        later.some(({ language }) => /^(sh|bash)$/.test(language)),
        `${placeOf(sample)} writes ${name}, and nothing runs after it`,
      ).toBe(true);
    }
  }
});
