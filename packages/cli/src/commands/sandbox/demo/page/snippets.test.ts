import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameworks, snippetFor, topics } from './snippets.js';

const root = resolve(import.meta.dirname, '../../../../../../..');

const snippets = Object.keys(topics).flatMap((topic) =>
  frameworks.map((framework) => ({ topic, framework, ...snippetFor(topic as keyof typeof topics, framework) })),
);

/** How many characters of code a phone of 390 pixels shows in a line. */
const columns = 46;

/** Returns code without what a formatter decides: spaces, line ends, and commas at the end of a list; and without comments. */
function bare(code: string): string {
  return code
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/\s+/g, '')
    .replace(/,(?=[)}\]])/g, '');
}

describe.each(snippets)('the code of $topic for $framework', ({ file, page, statements }) => {
  it(`stands so in ${file}, in that order`, () => {
    const found = bare(readFileSync(resolve(root, file), 'utf8'));
    let at = 0;
    for (const part of statements.flatMap((statement) => statement.split('// …'))) {
      const next = found.indexOf(bare(part), at);
      expect(next, part).toBeGreaterThanOrEqual(at);
      at = next + bare(part).length;
    }
  });

  it('has a page of the documentation', () => {
    const [, example] = /^recipes\/(.+)$/.exec(page) ?? [];
    const source = example === undefined ? `packages/docs/site/${page}.md` : `examples/${example}/README.md`;
    expect(existsSync(resolve(root, source))).toBe(true);
  });

  it('fits into a phone, without a comment that says more than that something is left out', () => {
    const lines = statements.join('\n').split('\n');
    expect(lines.filter((line) => line.length > columns || /\/\/(?! …$)/.test(line))).toEqual([]);
  });
});
