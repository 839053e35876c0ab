import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isExpected } from '../support/find-program.js';
import { runCommand } from '../support/run-command.js';
import { compilers } from './installed.js';
import { packedFolder } from './packed-folder.js';

/** An app server has no DOM; whoever bundles often has one among the types. */
const setUps = {
  nodenext: { module: 'nodenext', lib: ['es2022'] },
  bundler: { module: 'esnext', lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'] },
};
/** What every project on Node has; the declarations must need nothing else. */
const types = join(import.meta.dirname, '../../node_modules/@types');

let folder: string;
beforeAll(async () => {
  folder = packedFolder();
  for (const name of typed) await symlink(installedAt(name), join(folder, 'node_modules', name));
  await writeFile(join(folder, 'entries-without-dom.ts'), await everyEntry());
});

/** Every entry is looked at where there is no DOM; that takes a compiler long enough. */
const files: Record<string, string[]> = {
  nodenext: ['consumer.ts', 'entries-without-dom.ts'],
  bundler: ['consumer.ts'],
};
/** What the declarations of token-server and document name. */
const typed = ['commander', 'jose', 'pino', 'yaml'];

/** Returns the folder of a package that token-server or document uses: npm puts it beside them, where a tool has another version of it. */
function installedAt(name: string): string {
  const root = join(import.meta.dirname, '../..');
  const folders = ['packages/token-server', 'packages/document', '.'].map((each) =>
    join(root, each, 'node_modules', name),
  );
  return folders.find((each) => existsSync(each)) ?? join(root, 'node_modules', name);
}

/** Their declarations need those of the test runner and of MSW, which need a DOM themselves. */
const ofTestRunners = ['@nexconn-kit/mock/msw', '@nexconn-kit/mock/vitest'];

/** Returns a module that needs the declarations of all entries of all packages. */
async function everyEntry(): Promise<string> {
  const scope = join(folder, 'node_modules/@nexconn-kit');
  const lists = await Promise.all(
    (await readdir(scope)).sort().map(async (name) => {
      const { exports } = JSON.parse(await readFile(join(scope, name, 'package.json'), 'utf8'));
      const entries = Object.entries<{ types?: string }>(exports).filter(([, { types }]) => types);
      return entries.map(([key]) => `@nexconn-kit/${name}${key.slice(1)}`);
    }),
  );
  const entries = lists.flat().filter((entry) => !ofTestRunners.includes(entry));
  return entries.map((entry, index) => `export * as entry${index} from '${entry}';\n`).join('');
}

/** All that we publish types of. */
const ours = ['client', 'contract', 'document', 'mock', 'signing', 'token-server', 'token-service', 'token-source'];

describe.each(Object.entries(compilers))('the published types under %s', (compiler, program) => {
  it.runIf(isExpected(existsSync(program))).each(Object.entries(setUps))(
    'check with every strict option and moduleResolution %s',
    async (moduleResolution, { module, lib }) => {
      const name = `tsconfig.${compiler.replaceAll(/\W/g, '-')}-${moduleResolution}.json`;
      const compilerOptions = {
        target: 'es2023',
        lib,
        types: ['node'],
        typeRoots: [types],
        module,
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        skipLibCheck: false,
        noEmit: true,
      };
      await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: files[moduleResolution] ?? [] }));
      const { exitCode, output } = await runCommand(process.execPath, [join(program, 'bin/tsc'), '-p', name], {
        cwd: folder,
      });
      expect(exitCode, output).toBe(0);
    },
  );
});

// `node10`, which is called `node` as well, knows no `exports`; TypeScript 7 has it no more.
describe('the published types under TypeScript 5.9', () => {
  it.each([
    ['node10', 'commonjs'],
    ['node16', 'node16'],
  ])('are found at every entry where moduleResolution is %s', async (moduleResolution, module) => {
    const entries = (await Promise.all(ours.map(entriesOf))).flat();
    const imports = entries.map((entry, index) => `import type * as entry${index} from '${entry}';`);
    const names = entries.map((_, index) => `typeof entry${index}`);
    await writeFile(join(folder, 'every-entry.ts'), `${imports.join('\n')}\nexport type All = [${names}];\n`);
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      types: ['node'],
      typeRoots: [types],
      module,
      moduleResolution,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const name = `tsconfig.${moduleResolution}.json`;
    await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: ['every-entry.ts'] }));
    const compiler = join(compilers['TypeScript 5.9'] ?? '', 'bin/tsc');
    const { exitCode, output } = await runCommand(process.execPath, [compiler, '-p', name], {
      cwd: folder,
    });
    expect(exitCode, output).toBe(0);
    expect(entries.length).toBeGreaterThan(ours.length);
  });
});

/** Lists what can be imported of a package with types. */
async function entriesOf(name: string): Promise<string[]> {
  const manifest = join(folder, 'node_modules/@nexconn-kit', name, 'package.json');
  const { exports } = JSON.parse(await readFile(manifest, 'utf8')) as { exports: Record<string, { types?: string }> };
  return Object.entries(exports).flatMap(([entry, { types }]) =>
    types === undefined ? [] : [`@nexconn-kit/${name}${entry.slice(1)}`],
  );
}
