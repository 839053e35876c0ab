import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './source-tree.js';

/** Returns the lines of a text that are rows of a table with more or fewer cells than its head: a reader sees less, or a row less. */
function unevenRows(text: string): string[] {
  const uneven: string[] = [];
  let isCode = false;
  let head: number | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const isRow = !isCode && line.trimStart().startsWith('|');
    const cells = line.match(/(?<!\\)\|/g)?.length;
    if (isRow && head !== undefined && cells !== head) uneven.push(line);
    head = isRow ? (head ?? cells) : undefined;
  }
  return uneven;
}

const files = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

describe('tables in Markdown', () => {
  it('have rows of as many cells as their heads', () => {
    const uneven = files.flatMap((file) =>
      unevenRows(readFileSync(join(root, file), 'utf8')).map((line) => `${file}: ${line}`),
    );
    expect(uneven).toEqual([]);
  });

  it('are seen where a row has lost a cell or its end', () => {
    const head = '| a | b |\n|---|---|';
    expect(unevenRows(`${head}\n| 1 | 2 |\n\n| other |`)).toEqual([]);
    expect(unevenRows(`${head}\n| 1 |\n| 1 | 2 | 3 |`)).toEqual(['| 1 |', '| 1 | 2 | 3 |']);
    expect(unevenRows('```\n| a |\n| 1 | 2 |\n```')).toEqual([]);
  });
});
