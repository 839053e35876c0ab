import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadingDocument } from '../types.js';
import { readingCopy } from './prepare-document.js';
import { readSamples } from './read-samples.js';
import { type Reference, references } from './references.js';
import { removeOutsideRequests } from './remove-outside-requests.js';
import { renderPage } from './render-page.js';
import { shareBundle } from './share-bundle.js';

/** Writes each reference below this folder, as `index.html`, with the documents beside it. */
export function writeReferences(outputFolder: string): void {
  const workFolder = mkdtempSync(join(tmpdir(), 'nexconn-docs-'));
  try {
    for (const reference of references) writeReference(reference, outputFolder, workFolder);
  } finally {
    rmSync(workFolder, { recursive: true });
  }
}

function writeReference({ folder, json, yaml }: Reference, outputFolder: string, workFolder: string): void {
  const output = join(outputFolder, folder);
  mkdirSync(output, { recursive: true });
  mkdirSync(join(outputFolder, 'assets'), { recursive: true });
  const home = '../'.repeat(folder.split('/').length);
  const document = JSON.parse(readFileSync(fileURLToPath(json), 'utf8')) as ReadingDocument;
  const rendered = removeOutsideRequests(renderPage(readingCopy(document, home, readSamples()), workFolder, home));
  const { page, script } = shareBundle(rendered, home);
  writeFileSync(join(output, 'index.html'), page);
  writeFileSync(join(outputFolder, script.path), script.text);
  copyFileSync(fileURLToPath(json), join(output, 'openapi.json'));
  copyFileSync(fileURLToPath(yaml), join(output, 'openapi.yaml'));
}
