import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
 * Renders the document with `redocly build-docs` and returns the page's HTML.
 *
 * @param folder an existing folder for the files in between
 * @param home the way from the page to the start of the site, such as `../`
 */
export function renderPage(document: ReadingDocument, folder: string, home: string): string {
  const input = join(folder, 'document.json');
  const output = join(folder, 'page.html');
  writeFileSync(input, JSON.stringify(document));
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
  runNode(args, folder);
  return readFileSync(output, 'utf8');
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
  const packageFile = createRequire(import.meta.url).resolve('@redocly/cli/package.json');
  const { bin } = JSON.parse(readFileSync(packageFile, 'utf8')) as { bin: { redocly: string } };
  return join(dirname(packageFile), bin.redocly);
}

function runNode(args: string[], cwd: string): void {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  try {
    // Its banners go to stderr even when all is well: shown only when it fails.
    execFileSync(process.execPath, args, { cwd, env, stdio: 'pipe', timeout: 120_000 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`redocly build-docs failed.\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
