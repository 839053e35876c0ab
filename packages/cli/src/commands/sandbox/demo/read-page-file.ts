import { readFile } from 'node:fs/promises';
import { bundlePage } from './bundle-page.js';

const folder = new URL('page/', import.meta.url);
/** One bundle for all who open the page, in a run from the sources. */
let script: Promise<string> | undefined;

/** Resolves with the text of a file of the page. The build puts the texts in place of this function. */
export function readPageFile(name: string): Promise<string> {
  if (name !== 'demo.js') return readFile(new URL(name, folder), 'utf8');
  script ??= bundlePage(new URL('demo.ts', folder));
  return script;
}
