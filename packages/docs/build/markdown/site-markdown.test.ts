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
  expect(render('ts', 'js', 'js {1}')).toBe(render('ts', 'js', 'js {1}'));
  expect(coloured).toEqual(['ts', 'js', 'js1']);
});
