import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

// Prism goes into the package as one file, in the versions that it was tested with: what its own dependencies ask for in
// ranges would be other versions elsewhere, some of which refuse Node 20 or run scripts when they are installed.
const { metafile } = await build({
  entryPoints: ['src/engine/prism.ts'],
  outfile: 'dist/engine/prism.cjs',
  bundle: true,
  minify: true,
  format: 'cjs',
  // No loader of AMD modules: a bundler that reads this file would put another one in place of it.
  define: { define: 'undefined' },
  platform: 'node',
  target: 'node20',
  // Its other build asks for its parts in a way that no bundler sees.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [{ name: 'for-bundlers', setup: prepareForBundlers }],
});
await replaceModule(
  'engine/prism',
  "import prism from './prism.cjs';\n\nexport const { createInstance, createLogger, readOperations } = prism;\n",
);
await writeFile('dist/engine/prism.LICENSES.txt', await collectLicenses(Object.keys(metafile.inputs)));

const page = 'src/console/page';
const texts = await Promise.all(
  (await readdir(page)).map(async (name) => [name, await readFile(`${page}/${name}`, 'utf8')]),
);
await replaceModule(
  'console/read-page-text',
  `const texts = ${JSON.stringify(Object.fromEntries(texts), null, 2)};\n\nexport async function readPageText(name) {\n  return texts[name];\n}\n`,
);

/** Writes a module in place of the compiled one. */
async function replaceModule(name, text) {
  await writeFile(`dist/${name}.js`, text);
  await rm(`dist/${name}.js.map`, { force: true });
}

/** What is bundled here is bundled once more by who bundles the mock. */
function prepareForBundlers({ onResolve, onLoad }) {
  // Random answers, which the mock never asks Prism for, take two thirds of it.
  onResolve({ filter: /^@faker-js\/faker/ }, ({ path }) => ({ path, namespace: 'no-faker' }));
  onLoad({ filter: /./, namespace: 'no-faker' }, () => ({
    contents: 'const none = new Proxy(() => none, { get: () => none }); module.exports = none;',
  }));
  // It is a bundle itself, with everything in it; no bundler can tell what it would ask for.
  onLoad({ filter: /json-schema-sampler\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replaceAll('"function"==typeof require&&require', 'undefined'),
  }));
}

async function collectLicenses(files) {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []));
  const texts = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    texts.push(`${name} ${version} (${license})\n\n${file ? await readFile(`${folder}/${file}`, 'utf8') : ''}`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n`);
}
