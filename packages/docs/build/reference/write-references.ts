import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadingDocument } from '../types.js';
import { mendPage } from './mend-page.js';
import { leadToPages, readingCopy } from './prepare-document.js';
import { readSamples } from './read-samples.js';
import { type Reference, references } from './references.js';
import { removeOutsideRequests } from './remove-outside-requests.js';
import { renderPage } from './render-page.js';
import { shareBundle } from './share-bundle.js';

/** A reference as HTML, before it is written beside the pages. */
export interface RenderedReference {
  readonly reference: Reference;
  readonly home: string;
  readonly html: string;
}

/** Renders each reference in a process of its own, one after another: the site is made at the same time. */
export async function renderReferences(): Promise<RenderedReference[]> {
  const workFolder = mkdtempSync(join(tmpdir(), 'nexconn-docs-'));
  try {
    const rendered: RenderedReference[] = [];
    for (const reference of references) {
      rendered.push(await renderReference(reference, mkdtempSync(join(workFolder, '-'))));
    }
    return rendered;
  } finally {
    rmSync(workFolder, { recursive: true });
  }
}

async function renderReference(reference: Reference, workFolder: string): Promise<RenderedReference> {
  const home = '../'.repeat(reference.folder.split('/').length);
  const document = JSON.parse(readFileSync(fileURLToPath(reference.json), 'utf8')) as ReadingDocument;
  const copy = readingCopy(document, home, readSamples());
  leadToPages(copy, home, reference);
  const html = await renderPage(copy, workFolder, home);
  return { reference, home, html: mendPage(removeOutsideRequests(html)) };
}

/** Writes the references below this folder, each as `index.html` with the documents beside it. */
export function writeReferences(rendered: readonly RenderedReference[], outputFolder: string): void {
  mkdirSync(join(outputFolder, 'assets'), { recursive: true });
  for (const { reference, home, html } of rendered) {
    const output = join(outputFolder, reference.folder);
    mkdirSync(output, { recursive: true });
    const { page, script } = shareBundle(html, home);
    writeFileSync(join(output, 'index.html'), page);
    writeFileSync(join(outputFolder, script.path), script.text);
    copyFileSync(fileURLToPath(reference.json), join(output, 'openapi.json'));
    copyFileSync(fileURLToPath(reference.yaml), join(output, 'openapi.yaml'));
  }
}
