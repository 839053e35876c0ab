// Makes of the app what Metro makes of it: one file, in the language that Hermes understands.
import { mkdir, writeFile } from 'node:fs/promises';
import { transform } from '@swc/core';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['check/scenario.js'],
  bundle: true,
  write: false,
  format: 'iife',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['react-native'],
});
const { code } = await transform(outputFiles[0].text, { jsc: { target: 'es5', parser: { syntax: 'ecmascript' } } });
await mkdir('dist', { recursive: true });
await writeFile('dist/app.js', code);
