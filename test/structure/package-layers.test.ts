import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayUse } from './package-layers.js';
import { readSources, root, specifiersOf } from './source-tree.js';

const scope = '@nexconn-kit/';

const workspaces = ['generator', 'test', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)];

it('has an entry for every workspace, so that a new one states what it may use', () => {
  expect(workspaces.filter((workspace) => existsSync(join(root, workspace, 'package.json'))).sort()).toEqual(
    Object.keys(mayUse).sort(),
  );
});

/** What tests of packages share with those in test/. */
const shared = [
  'test/contract/',
  'test/support/bundle-sources',
  'test/support/compiler',
  'test/support/error-catalogue',
  'test/support/faked-time',
  'test/support/find-program',
  'test/support/unreadable',
  'test/support/until',
  'test/support/free-port',
  'test/support/loaded-modules',
  'test/support/patient',
  'test/support/run-captured',
  'test/support/run-command',
  'test/support/start-command',
  'test/support/start-connect-proxy',
];

/**
 * What test/ uses of packages that is not public: a SQLite store whose lease is watched more quickly, where its holder is dead, the
 * servers of the sandbox, the code that its page shows, clients that are tried under attack as they are, and the files of the site
 * that are run.
 */
const opened = [
  'packages/token-service/src/sqlite/open-store',
  'packages/cli/src/create-program',
  'packages/cli/src/commands/sandbox/start-sandbox',
  'packages/cli/src/commands/sandbox/docs-server',
  'packages/cli/src/commands/sandbox/demo/page/snippets',
  'packages/client/src/platform/web',
  'packages/token-server/src/login/jwks',
  'packages/docs/build/downloads/download-files',
  'packages/docs/build/downloads/write-downloads',
];

describe.each(Object.entries(mayUse))('%s', (workspace, allowed) => {
  it('declares no other package of ours', () => {
    expect(declaredBy(workspace).filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('imports only what it declares, and no file of another workspace; a test may draw requests, fake its time, wait, be patient, look for programs, free ports and proxies, and run commands as test/ does', () => {
    const reachable = [...declaredBy(workspace), workspace.split('/').at(-1)];
    const wrong = importsOf(workspace).filter(({ file, specifier }) => {
      if (specifier.startsWith('.')) {
        const target = resolve(dirname(file), specifier);
        // What configures a run of its own may start from the configuration of all.
        if (file.endsWith('vitest.config.ts') && target === join(root, 'vitest.config.js')) return false;
        const isOfTests = file.endsWith('.test.ts') || file.startsWith(join(root, workspace, 'test/'));
        if (isOfTests && shared.some((path) => target.startsWith(join(root, path)))) return false;
        if (workspace === 'test' && opened.some((path) => target === join(root, `${path}.js`))) return false;
        return relative(join(root, workspace), target).startsWith('..');
      }
      return specifier.startsWith(scope) && !reachable.includes(specifier.slice(scope.length).split('/')[0]);
    });
    expect(wrong.map(({ file, specifier }) => `${relative(root, file)} imports ${specifier}`)).toEqual([]);
  });
});

describe('document', () => {
  it('needs nothing generated at run time, since the generator runs on it', () => {
    const wrong = importsOf('packages/document')
      .filter(({ file }) => !file.endsWith('.test.ts'))
      .filter(({ specifier }) => specifier.startsWith(`${scope}contract`) && specifier !== `${scope}contract/validator`)
      .filter(({ file, specifier }) => !onlyTypes(file, specifier));
    expect(wrong.map(({ file, specifier }) => `${relative(root, file)} imports ${specifier}`)).toEqual([]);
  });

  it('is loaded by the CLI only where it is asked for, since that takes a quarter of a second', () => {
    const wrong = importsOf('packages/cli')
      .filter(({ specifier }) => specifier === `${scope}document`)
      .filter(({ file, specifier }) => !onlyTypes(file, specifier));
    expect(wrong.map(({ file }) => relative(root, file))).toEqual([]);
  });
});

describe('generated code', () => {
  it('is imported by types.ts, entries, private code and other generated code: no public file passes its names on', () => {
    const wrong = workspaces
      .filter((workspace) => workspace.startsWith('packages/'))
      .flatMap((workspace) => {
        const files = readSources(workspace);
        const entries = files.filter(({ inside }) => /(^|\/)index\.ts$/.test(inside));
        const passedOn = new Set(entries.flatMap(({ imports }) => imports));
        return files.filter(
          ({ path, isGenerated }) => passedOn.has(path) && !isGenerated && !/\/(index|types)\.ts$/.test(path),
        );
      })
      .flatMap(({ path, imports }) =>
        imports.filter((to) => to.includes('.gen.')).map((to) => `${path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });
});

function onlyTypes(file: string, specifier: string): boolean {
  const statements = readFileSync(file, 'utf8').split(';\n');
  return statements
    .filter((text) => text.includes(` from '${specifier}'`))
    .every((text) => /^\s*import type /.test(text));
}

function declaredBy(workspace: string): string[] {
  const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  const declared = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
  return declared
    .flatMap((kind) => Object.keys(manifest[kind] ?? {}))
    .filter((name) => name.startsWith(scope))
    .map((name) => name.slice(scope.length));
}

function importsOf(workspace: string): { file: string; specifier: string }[] {
  return sourcesOf(join(root, workspace)).flatMap((file) =>
    specifiersOf(readFileSync(file, 'utf8')).map((specifier) => ({ file, specifier })),
  );
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', '.turbo'].includes(entry.name) ? [] : sourcesOf(path);
    return /\.[cm]?[jt]s$/.test(entry.name) ? [path] : [];
  });
}
