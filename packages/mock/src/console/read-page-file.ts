import { readFile } from 'node:fs/promises';

const folder = new URL('../../src/console/page/', import.meta.url);

const scripts = [
  'ask.js',
  'bind-fault-form.js',
  'build-elements.js',
  'call-console.js',
  'console.js',
  'create-paged-list.js',
  'fault-item.js',
];

const files: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  '/_console': ['index.html', 'text/html; charset=utf-8'],
  '/_console/': ['index.html', 'text/html; charset=utf-8'],
  '/_console/console.css': ['console.css', 'text/css; charset=utf-8'],
  ...Object.fromEntries(scripts.map((name) => [`/_console/${name}`, [name, 'text/javascript; charset=utf-8']])),
};

/** Reads a file of the page; `undefined` where the path names none. */
export async function readPageFile(
  path: string,
): Promise<{ readonly contentType: string; readonly text: string } | undefined> {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!file) return undefined;
  // The sources are shipped, and a page needs no build.
  return { contentType: file[1], text: await readFile(new URL(file[0], folder), 'utf8') };
}
