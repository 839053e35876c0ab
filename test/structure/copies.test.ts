import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { workspaces } from './folder-layers.js';
import { readSources, root } from './source-tree.js';

// A few things are needed by packages that share no package below them. They are too small for one of their own, and stand
// in each as the same text, so that whoever knows one knows all; what reads text from outside runs the same vectors.
const copiedFiles = [
  'check-options.ts',
  'error-brand.ts',
  'with-timeout.ts',
  'watch-signal.ts',
  'safe-cause.ts',
  'call-listener.ts',
  'system-time.ts',
  'limit-pipelining.ts',
  'redact-likely-secrets.ts',
  'print-version.ts',
  'make-folder.ts',
];
const copiedFunctions = [
  'readRetryAfter',
  'isHeaderText',
  'hasUnseenCharacter',
  'hasSpaceOrUnseen',
  'checkSignal',
  'nearestName',
  'isLoopback',
  'legible',
  'docUrlOf',
  'escapePattern',
  'isJsonType',
  'isLinesType',
  'isFormType',
];
const copiedConstants = ['engineMistakes', 'userIdAdvice'];
/** Which functions read what a file of `spec/vectors/` lists; each may stand in several packages, in its own words. */
const readersOf: Record<string, readonly string[]> = {
  'json-pointer.json': ['readPointer', 'createResolver'],
  'json-schema.json': ['createCheckWriter'],
  'loopback.json': ['isLoopback'],
  'retry-after.json': ['readRetryAfter'],
};

const sources = Object.keys(workspaces).flatMap((workspace) =>
  readSources(workspace).map((file) => ({ workspace, ...file })),
);

describe.each(copiedFiles)('%s', (name) => {
  const copies = sources.filter(({ path }) => basename(path) === name);

  it('stands in more than one package', () => {
    expect(new Set(copies.map(({ workspace }) => workspace)).size).toBeGreaterThan(1);
  });

  it('is the same text in all of them', () => {
    const [first, ...others] = copies;
    expect(
      others.filter(({ text }) => text !== first?.text).map(({ path }) => `${path} is not ${first?.path}`),
    ).toEqual([]);
  });
});

it('look.css is the same text wherever a page has it', () => {
  const [first, ...others] = ['packages/cli/src/commands/sandbox/demo/page', 'packages/mock/src/console/page'].map(
    (folder) => readFileSync(join(root, folder, 'look.css'), 'utf8'),
  );
  expect(others).toEqual([first]);
});

it('tokens.css of the documentation has the tokens of look.css', () => {
  const rootOf = (path: string): string | undefined =>
    /^:root \{[\s\S]*?^\}/m.exec(readFileSync(join(root, path), 'utf8'))?.[0];
  const tokens = rootOf('packages/docs/site/.vitepress/theme/tokens.css');
  expect(tokens).toContain('--accent:');
  expect(tokens).toBe(rootOf('packages/mock/src/console/page/look.css'));
});

describe.each([...copiedFunctions, ...copiedConstants])('%s', (name) => {
  it('is the same text in all packages that have it', () => {
    const [first, ...others] = declarationsOf(name);
    expect(first && others.length).toBeGreaterThan(0);
    expect(
      others.filter(({ text }) => text !== first?.text).map(({ path }) => `${path} is not ${first?.path}`),
    ).toEqual([]);
  });
});

describe.each(Object.entries(readersOf))('spec/vectors/%s', (file, readers) => {
  it.each(readers)('is run in each package that has %s', (reader) => {
    const declarations = declarationsOf(reader);
    expect(declarations.length).toBeGreaterThan(0);
    const isRun = (workspace: string) => testsOf(workspace).some((text) => text.includes(`spec/vectors/${file}`));
    expect(declarations.filter(({ workspace }) => !isRun(workspace)).map(({ path }) => path)).toEqual([]);
  });
});

it('every file of vectors has who reads such a text', () => {
  expect(readdirSync(join(root, 'spec/vectors')).sort()).toEqual(Object.keys(readersOf).sort());
});

/** Returns the declarations of a function or a constant of that name, each as its text. */
function declarationsOf(name: string): { workspace: string; path: string; text: string }[] {
  return sources
    .filter(({ text, isGenerated }) => !isGenerated && text.includes(name))
    .flatMap(({ workspace, path, text }) => {
      const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      const found = statements.find((each) => nameOf(each) === name);
      return found ? [{ workspace, path, text: found.getText().replace(/^export /, '') }] : [];
    });
}

function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isFunctionDeclaration(statement)) return statement.name?.text;
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]?.name.getText() : undefined;
}

function testsOf(workspace: string): string[] {
  return readdirSync(join(root, workspace), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => readFileSync(join(root, workspace, path), 'utf8'));
}
