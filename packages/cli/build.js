import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { bundlePage } from './dist/commands/sandbox/demo/bundle-page.js';

// The page of the demo goes into the package as texts: its scripts as one, with the token source in it.
const page = new URL('src/commands/sandbox/demo/page/', import.meta.url);
const names = (await readdir(page)).filter((name) => !name.endsWith('.ts'));
const texts = await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, page), 'utf8')]));
const script = ['demo.js', await bundlePage(new URL('demo.ts', page))];

const demo = 'dist/commands/sandbox/demo';
await writeFile(
  `${demo}/read-page-file.js`,
  `const texts = ${JSON.stringify(Object.fromEntries([...texts, script]), null, 2)};\n\nexport async function readPageFile(name) {\n  return texts[name];\n}\n`,
);
for (const left of ['read-page-file.js.map', 'bundle-page.js', 'bundle-page.js.map']) {
  await rm(`${demo}/${left}`, { force: true });
}
