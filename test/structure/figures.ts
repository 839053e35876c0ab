import { dirname } from 'node:path';
import ts from 'typescript';
import { workspaces } from './folder-layers.js';
import { findCycles, findUpwardImports, readSources, type SourceFile } from './source-tree.js';

/** What is measured about the source tree of one workspace, or of several. */
export interface Figures {
  files: number;
  /** The folder with the most hand-written files, and how many those are. */
  largestFolder: { path: string; files: number };
  longestFile: { path: string; lines: number };
  /** The share of files of 15 lines or less, entries (`index.ts`) apart. */
  shortShare: number;
  medianFileLines: number;
  functions: number;
  medianFunctionLines: number;
  /** Nine of ten functions are at most this long. */
  ninetiethPercentileFunctionLines: number;
  cycles: number;
  upwardImports: number;
}

const shortFileLines = 15;

/** Returns the figures of the workspaces' hand-written sources; generated files count as targets of imports only. */
export function measure(names: readonly string[]): Figures {
  const trees = names.map((name) => ({ files: readSources(name), layers: workspaces[name]?.layers ?? [] }));
  const files = trees.flatMap((tree) => tree.files).filter(isMeasured);
  const lines = files.map(({ text }) => linesOf(text));
  const functions = files.flatMap(functionLinesOf);
  return {
    files: files.length,
    largestFolder: largestFolderOf(files),
    longestFile: longestOf(files),
    shortShare:
      files.filter((file) => !file.path.endsWith('/index.ts') && linesOf(file.text) <= shortFileLines).length /
      files.length,
    medianFileLines: percentile(lines, 0.5),
    functions: functions.length,
    medianFunctionLines: percentile(functions, 0.5),
    ninetiethPercentileFunctionLines: percentile(functions, 0.9),
    cycles: trees.reduce((count, tree) => count + findCycles(tree.files).length, 0),
    upwardImports: trees.reduce((count, tree) => count + findUpwardImports(tree.files, tree.layers).length, 0),
  };
}

/** What is sent to a browser as it stands (`page/`) and what tests share (`testing/`) is no module of the package. */
function isMeasured({ path, isGenerated }: SourceFile): boolean {
  return !isGenerated && !/\/(testing|fixtures|page)\//.test(path);
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

function largestFolderOf(files: readonly SourceFile[]): { path: string; files: number } {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  const [path, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  return { path, files: count };
}

function longestOf(files: readonly SourceFile[]): { path: string; lines: number } {
  const lengths = files.map(({ path, text }) => ({ path, lines: linesOf(text) }));
  return lengths.sort((a, b) => b.lines - a.lines)[0] ?? { path: '', lines: 0 };
}

/** Returns the length of each function with a block for a body, from its first line to its last, nested ones too. */
function functionLinesOf({ path, text }: SourceFile): number[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lengths: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body as ts.Node)) {
      const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
      lengths.push(lineOf(node.end) - lineOf(node.getStart(source)) + 1);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lengths;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
