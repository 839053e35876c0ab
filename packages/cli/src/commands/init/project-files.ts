import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

/** The frameworks that there is an example of. */
export type Framework = 'express' | 'fastify' | 'hono' | 'next' | 'nest';

/** The text of each file by its path in the folder, in the order in which they are written. */
export type ProjectFiles = Readonly<Record<string, string>>;

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

// The build writes them from `examples/`. '../../../dist' is right from `src` and from `dist`.
const templatesFile = new URL('../../../dist/templates.json', import.meta.url);

const gitignore = 'node_modules/\ndist/\n.next/\nnext-env.d.ts\n.env\ntokens.db*\n';

/** Returns the files of an example as a project of one's own: with a name, a test beside the mock, and a file for settings. */
export function projectFiles(folder: string, framework: Framework, region: string): ProjectFiles {
  const templates = JSON.parse(readFileSync(templatesFile, 'utf8')) as Record<Framework, ProjectFiles>;
  const { 'package.json': manifest = '{}', ...files } = templates[framework];
  return {
    'package.json': ownManifest(JSON.parse(manifest), nameOf(folder)),
    ...files,
    '.env.example': settings(region),
    '.gitignore': gitignore,
  };
}

function ownManifest(manifest: Manifest, name: string): string {
  const { scripts, devDependencies = {}, dependencies } = manifest;
  const build = scripts.build === undefined ? '' : 'npm run build && ';
  // Of the same release as the rest.
  const cli = { '@nexconn-kit/cli': dependencies['@nexconn-kit/client'] ?? 'latest' };
  const own = {
    ...manifest,
    name,
    scripts: { ...scripts, test: `${build}nexconn mock -- npm run check` },
    devDependencies: { ...cli, ...devDependencies },
  };
  return `${JSON.stringify(own, null, 2)}\n`;
}

/** A name that npm takes. */
function nameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '');
  return name === '' || name === 'node_modules' ? 'nexconn-tokens' : name.slice(0, 200);
}

function settings(region: string): string {
  return [
    '# Copy this to .env, which git ignores, and fill it in: the Nexconn console shows the values.',
    'NEXCONN_APP_KEY=',
    'NEXCONN_APP_SECRET=',
    `NEXCONN_REGION=${region}`,
    '',
  ].join('\n');
}
