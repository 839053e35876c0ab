import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMock } from '@nexconn-kit/mock';
import type { Described } from '../../site/.vitepress/theme/try-it/described.js';

/** Writes what the forms of "Try it" are made of into the theme of the site: what a mock says of the document. */
export async function writeDescribed(siteFolder: string): Promise<void> {
  const { console, appKey, appSecret } = createMock();
  const { operations, errors } = await console.describeDocument();
  const path = fileURLToPath(import.meta.resolve('@nexconn-kit/contract/openapi.json'));
  const { 'x-envelope': envelope } = JSON.parse(readFileSync(path, 'utf8')) as { 'x-envelope': Described['envelope'] };
  const described: Described = { operations, errors, envelope, appKey, appSecret };
  writeFileSync(join(siteFolder, '.vitepress/theme/try-it/described.json'), JSON.stringify(described));
}
