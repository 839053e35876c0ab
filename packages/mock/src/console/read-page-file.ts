import { readFile } from 'node:fs/promises';

const folder = new URL('../../src/console/page/', import.meta.url);

const files: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  '/_console': ['index.html', 'text/html; charset=utf-8'],
  '/_console/': ['index.html', 'text/html; charset=utf-8'],
  '/_console/console.css': ['console.css', 'text/css; charset=utf-8'],
  '/_console/console.js': ['console.js', 'text/javascript; charset=utf-8'],
  '/_console/call-console.js': ['call-console.js', 'text/javascript; charset=utf-8'],
  '/_console/build-elements.js': ['build-elements.js', 'text/javascript; charset=utf-8'],
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
