import { sampleCalls } from '../samples/sample-call.js';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { arazzoWorkflows } from './arazzo.js';
import { brunoCollection } from './bruno.js';
import { httpFile } from './http-file.js';
import { postmanCollection } from './postman.js';

/** Where they stand, from the root of the repository; the site has them without `.gen`. */
export const downloadsFolder = 'packages/docs/downloads/generated';

/** The files that other programs open: collections, a file of HTTP, and workflows, for each signed API. */
export function downloadsOutput(document: ResolvedDocument): OutputFile[] {
  const [first, ...others] = sampleCalls(document);
  if (first === undefined) return [];
  const { title } = document.bundle.info as { title: string };
  const api = { name: document.name, title, calls: [first, ...others] } as const;
  const files = [postmanCollection(api), ...brunoCollection(api), httpFile(api), arazzoWorkflows(api)];
  return files.map(({ path, content }) => ({ path: `${downloadsFolder}/${path}`, content }));
}
