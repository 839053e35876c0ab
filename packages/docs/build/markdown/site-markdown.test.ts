import { createMarkdownRenderer } from 'vitepress';
import { expect, test } from 'vitest';
import { siteMarkdown } from './site-markdown.js';

test('code is coloured once, for each language and each choice of lines', async () => {
  const coloured: string[] = [];
  const highlight = (code: string, language: string, attributes: string): string => {
    coloured.push(`${language}${attributes}`);
    return `<pre>${code}</pre>`;
  };
  const markdown = await createMarkdownRenderer(import.meta.dirname, { highlight, config: siteMarkdown });
  const render = (...heads: string[]): string =>
    markdown.render(heads.map((head) => `\`\`\`${head}\nname\n\`\`\`\n`).join('\n'), { relativePath: 'page.md' });
  expect(render('ts', 'js', 'js {1}', 'js exit="1"')).toBe(render('ts', 'js', 'js {1}', 'js exit="1"'));
  expect(coloured).toEqual(['ts', 'js', 'js1']);
});

test('the tabs of a page have the same names in each build, and no name twice', async () => {
  const markdown = await createMarkdownRenderer(import.meta.dirname, { config: siteMarkdown });
  const group = '::: code-group\n```sh [npm]\nname\n```\n```sh [pnpm]\nname\n```\n:::\n';
  const render = (): string => markdown.render(group + group, { relativePath: 'page.md' });
  expect(render()).toBe(render());
  const ids = [...render().matchAll(/ id="(tab-[^"]+)"/g)].map(([, id]) => id);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(render()).toContain(` for="${id}"`);
});
