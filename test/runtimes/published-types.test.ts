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
  await writeFile(join(folder, 'every-entry.ts'), await everyType());
  await writeFile(join(folder, 'wrong-use.ts'), wrongSource);
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

/** What older projects have: `node10`, which is called `node` as well, knows no `exports`; TypeScript 7 has it no more. */
function older(compiler: string): Case[] {
  const node10 = { moduleResolution: 'node10', module: 'commonjs' };
  const inAll = [{ moduleResolution: 'node16', module: 'node16' }];
  const of: Record<string, object[]> = {
    'TypeScript 5.9': [node10, ...inAll],
    'TypeScript 6': [{ ...node10, ignoreDeprecations: '6.0' }, ...inAll],
    'TypeScript 7': inAll,
  };
  const common = { lib: ['es2023', 'esnext.disposable', 'dom'], strict: true, skipLibCheck: true };
  return (of[compiler] ?? []).map((options) => ({
    claim: `are found at every entry by ${JSON.stringify(options)}`,
    options: { ...common, ...options },
    roots: ['every-entry.ts'],
  }));
}

/** All that we publish types of. */
const ours = ['client', 'contract', 'document', 'mock', 'signing', 'token-server', 'token-service', 'token-source'];

/** What a project sets that asks for all that a compiler can check. */
const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
};

/** A program that a compiler checks. */
interface Case {
  readonly claim: string;
  readonly options: object;
  readonly roots: readonly string[];
  /** What is wrong with it; nothing is by default. */
  readonly finds?: RegExp;
}

/** What shows that the others were looked at. */
const wrongUse: Case = {
  claim: 'refuse a value that is not theirs',
  options: { ...strictest, ...setUps.nodenext, moduleResolution: 'nodenext', types: [], skipLibCheck: true },
  roots: ['wrong-use.ts'],
  finds: /^wrong-use\.ts\(2,14\): error TS2322: .*'"nowhere"'.*\n$/,
};
const wrongSource = "import type { Region } from '@nexconn-kit/contract';\nexport const region: Region = 'nowhere';\n";

/** Writes a configuration into the folder, and returns its name. */
async function writeConfig(name: string, options: object, roots: readonly string[]): Promise<string> {
  const compilerOptions = { target: 'es2023', types: ['node'], typeRoots: [types], noEmit: true, ...options };
  await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: roots }));
  return name;
}

/** Returns what a compiler finds wrong by each configuration: TypeScript 7 is no library, the others check all in one process. */
async function findingsOf(compiler: string, program: string, configs: readonly string[]): Promise<string[]> {
  if (compiler === 'TypeScript 7') {
    const runs = configs.map((config) =>
      runCommand(process.execPath, [join(program, 'bin/tsc'), '-p', config], { cwd: folder }),
    );
    return (await Promise.all(runs)).map(({ exitCode, output }) => (exitCode === 0 ? '' : output || `${exitCode}`));
  }
  const script = join(import.meta.dirname, 'check-types.js');
  const { exitCode, output, stdout } = await runCommand(process.execPath, [script, program, types, ...configs], {
    cwd: folder,
  });
  expect(exitCode, output).toBe(0);
  const found = JSON.parse(stdout) as Record<string, string>;
  return configs.map((config) => found[config] ?? `nothing is said of ${config}`);
}

describe.each(Object.entries(compilers))('the published types under %s', (compiler, program) => {
  const strict = Object.entries(setUps).map(([moduleResolution, more]) => ({
    claim: `check with every strict option and moduleResolution ${moduleResolution}`,
    options: { ...strictest, ...more, moduleResolution },
    roots: files[moduleResolution] ?? [],
  }));
  const cases: Case[] = [...strict, wrongUse, ...older(compiler)];
  let found: string[];
  beforeAll(async () => {
    if (!existsSync(program)) return;
    const prefix = `tsconfig.${compiler.replaceAll(/\W/g, '-')}`;
    const configs = cases.map(({ options, roots }, index) => writeConfig(`${prefix}-${index}.json`, options, roots));
    found = await findingsOf(compiler, program, await Promise.all(configs));
  });

  it
    .runIf(isExpected(existsSync(program)))
    .each(cases.map(({ claim, finds = /^$/ }, index) => ({ claim, finds, index })))('$claim', ({ finds, index }) => {
    expect(found[index]).toMatch(finds);
  });
});

/** Returns a module that names the types of all entries. */
async function everyType(): Promise<string> {
  const entries = (await Promise.all(ours.map(entriesOf))).flat();
  expect(entries.length).toBeGreaterThan(ours.length);
  const imports = entries.map((entry, index) => `import type * as entry${index} from '${entry}';`);
  const names = entries.map((_, index) => `typeof entry${index}`);
  return `${imports.join('\n')}\nexport type All = [${names}];\n`;
}

/** Lists what can be imported of a package with types. */
async function entriesOf(name: string): Promise<string[]> {
  const manifest = join(folder, 'node_modules/@nexconn-kit', name, 'package.json');
  const { exports } = JSON.parse(await readFile(manifest, 'utf8')) as { exports: Record<string, { types?: string }> };
  return Object.entries(exports).flatMap(([entry, { types }]) =>
    types === undefined ? [] : [`@nexconn-kit/${name}${entry.slice(1)}`],
  );
}
