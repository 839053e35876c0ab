import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CodeSample, ReadingDocument } from '../types.js';
import { shownExtensions } from './prepare-document.js';

const redocOptions = {
  showExtensions: shownExtensions,
  schemasExpansionLevel: 2,
  // In three panels the tables get a third of the width and break inside words.
  layout: 'stacked',
  sortRequiredPropsFirst: true,
  jsonSamplesDepth: 3,
  downloadUrls: [
    { title: 'openapi.yaml', url: 'openapi.yaml' },
    { title: 'openapi.json', url: 'openapi.json' },
  ],
};

// The browser itself refuses what the build might have overlooked.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' blob:",
  "style-src 'unsafe-inline'",
  "img-src 'self' data: blob:",
  'font-src data:',
  "connect-src 'self' data: blob:",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * Renders the document with `redocly build-docs`, in a process of its own, and resolves to the page's HTML.
 *
 * @param folder an existing folder for the files in between, which no other page has
 * @param home the way from the page to the start of the site, such as `../`
 */
export async function renderPage(document: ReadingDocument, folder: string, home: string): Promise<string> {
  const input = join(folder, 'document.json');
  const output = join(folder, 'page.html');
  await writeFile(input, JSON.stringify(document));
  const { title, summary } = document.info;
  const args = [
    redoclyBin(),
    'build-docs',
    input,
    '--inlineBundle',
    `--output=${output}`,
    `--title=${title} reference`,
    `--template=${fileURLToPath(new URL('page-template.hbs', import.meta.url))}`,
    `--templateOptions.metaDescription=${summary ?? `Reference of the ${title}.`}`,
    `--templateOptions.home=${home}`,
    `--templateOptions.contentSecurityPolicy=${contentSecurityPolicy}`,
    `--openapi=${JSON.stringify({ ...redocOptions, codeSamples: { languages: sampleLanguages(document) } })}`,
  ];
  await runNode(args, folder);
  return readFile(output, 'utf8');
}

/** The tabs of the requests: the languages of the samples, and the body alone. Redoc has no tab for a language it is not told of. */
function sampleLanguages(document: ReadingDocument): { lang: string; label?: string }[] {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  const samples = operations.flatMap(
    (operation) => (operation as { 'x-codeSamples'?: CodeSample[] })['x-codeSamples'] ?? [],
  );
  const languages = new Map(samples.map(({ lang, label }) => [label, { lang, label }]));
  return [...languages.values(), { lang: 'payload' }];
}

function redoclyBin(): string {
  const require = createRequire(import.meta.url);
  const { bin } = require('@redocly/cli/package.json') as { bin: { redocly: string } };
  return join(dirname(require.resolve('@redocly/cli/package.json')), bin.redocly);
}

async function runNode(args: string[], cwd: string): Promise<void> {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  try {
    // Its banners go to stderr even when all is well: shown only when it fails.
    await promisify(execFile)(process.execPath, args, { cwd, env, timeout: 120_000 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`redocly build-docs failed.\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
