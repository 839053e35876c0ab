// Run after `changeset version`, which knows the workspaces alone: the examples take the packages of the same release.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'packages/client/package.json'), 'utf8')) as { version: string };
const manifests = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  /(^|\/)package\.json$/.test(path.replace(/.*node_modules.*/, '')),
);
for (const path of manifests) {
  const file = join(root, 'examples', path);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/("@nexconn-kit\/[\w-]+": )"[^"]+"/g, `$1"${version}"`));
}
