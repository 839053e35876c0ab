import { readdir, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

// Runs after the declarations of a package are written, from its folder, and writes what they declare.
// Few files instead of seventy: Node finds and reads each module by itself, and that is most of what an import costs. What is
// named on the command line is an entry besides those of `exports`.
const entryPoints = new Set(process.argv.slice(2));
const { version } = JSON.parse(await readFile('package.json', 'utf8'), (_, value) => {
  if (/^\.\/src\/.+\.ts$/.test(value)) entryPoints.add(value);
  return value;
});

const { metafile } = await build({
  entryPoints: [...entryPoints],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  // What several entries use is there once: classes of errors are told apart by identity.
  splitting: true,
  // Also what is loaded at need: `prune-dist.js` knows them by it.
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  packages: 'external',
  external: ['#*'],
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
});

// Last, so that a program that runs from here finds its modules all the while.
for (const file of await readdir('dist', { recursive: true })) {
  const path = `dist/${file.replaceAll('\\', '/')}`;
  if (/\.js(\.map)?$/.test(path) && !(path in metafile.outputs)) await rm(path);
}
