import { mkdir, writeFile } from 'node:fs/promises';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import ncc from '@vercel/ncc';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';

const here = import.meta.dirname;
for (const name of ['client', 'server', 'mock']) {
  const common = { entryPoints: [`${name}.js`], bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
  // undici is CommonJS, which asks for parts of Node by require.
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await esbuild.build({ ...common, format: 'esm', outfile: `dist/esbuild-esm/${name}.mjs`, banner: { js } });
  await esbuild.build({ ...common, format: 'cjs', outfile: `dist/esbuild-cjs/${name}.cjs` });
  await runWebpack(name);
  // Node 20 has no node:sqlite, for which undici asks only where its cache is used.
  const ignore = ['node:sqlite'];
  const plugins = [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs({ ignore }), json()];
  const bundle = await rollup({ input: `${name}.js`, plugins });
  await bundle.write({ dir: `dist/rollup/${name}`, entryFileNames: `${name}.mjs`, format: 'esm' });
  await vite.build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: `${name}.js`,
      outDir: `dist/vite/${name}`,
      rollupOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  const { code, assets } = await ncc(`${here}/${name}.js`, { quiet: true });
  await mkdir(`dist/ncc/${name}`, { recursive: true });
  await writeFile(`dist/ncc/${name}/${name}.mjs`, code);
  for (const [file, { source }] of Object.entries(assets)) await writeFile(`dist/ncc/${name}/${file}`, source);
}

function runWebpack(name) {
  const settings = {
    mode: 'production',
    target: 'node20',
    entry: `./${name}.js`,
    output: { path: `${here}/dist/webpack/${name}`, filename: `${name}.cjs` },
  };
  return new Promise((resolve, reject) => {
    webpack(settings, (error, stats) => {
      if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
      else resolve();
    });
  });
}
