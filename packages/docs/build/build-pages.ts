import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePagePath } from '../src/index.js';
import { guideFigures } from './guide-figures.js';
import { readingCopy } from './prepare-document.js';
import { removeOutsideRequests } from './remove-outside-requests.js';
import { renderGuide } from './render-guide.js';
import { renderPage } from './render-page.js';
import type { MeasuredFigures, ReadingDocument } from './types.js';

const outputFolder = dirname(referencePagePath);
mkdirSync(outputFolder, { recursive: true });
// Beside its destination, so that the finished page appears by one rename.
const workFolder = mkdtempSync(join(outputFolder, '.page-'));

try {
  const json = contractFile('openapi.json');
  const document = JSON.parse(readFileSync(json, 'utf8')) as ReadingDocument;
  const page = removeOutsideRequests(renderPage(readingCopy(document), workFolder));
  copyFileSync(json, join(outputFolder, 'openapi.json'));
  copyFileSync(contractFile('openapi.yaml'), join(outputFolder, 'openapi.yaml'));
  writeFileSync(join(outputFolder, 'many-users.html'), manyUsersPage());
  writeFileSync(join(workFolder, 'index.html'), page);
  renameSync(join(workFolder, 'index.html'), referencePagePath);
  console.log(`${referencePagePath} (${Math.ceil(Buffer.byteLength(page) / 1024)} KiB)`);
} finally {
  rmSync(workFolder, { recursive: true });
}

function manyUsersPage(): string {
  const measured = JSON.parse(guideFile('measured.json')) as MeasuredFigures;
  return renderGuide(guideFile('many-users.md'), guideFigures(measured));
}

function guideFile(name: string): string {
  return readFileSync(new URL(`../guides/${name}`, import.meta.url), 'utf8');
}

function contractFile(name: string): string {
  return fileURLToPath(import.meta.resolve(`@nexconn-kit/contract/${name}`));
}
