import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameworks, snippetFor, topics } from './snippets.js';

const root = resolve(import.meta.dirname, '../../../../../../..');

const snippets = Object.keys(topics).flatMap((topic) =>
  frameworks.map((framework) => ({ topic, framework, ...snippetFor(topic as keyof typeof topics, framework) })),
);

describe.each(snippets)('the code of $topic for $framework', ({ file, lines }) => {
  it(`stands so in ${file}, in that order`, () => {
    const found = readFileSync(resolve(root, file), 'utf8')
      .split('\n')
      .map((line) => line.trim());
    let at = -1;
    for (const line of lines) {
      const next = found.indexOf(line.trim(), at + 1);
      expect(next, line).toBeGreaterThan(at);
      at = next;
    }
  });
});
