import { createMarkdownRenderer } from 'vitepress';
import { expect, test } from 'vitest';
import { indentLines, siteMarkdown, wholeOptions } from './site-markdown.js';

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

test('in a table a long name breaks between its words, a short one nowhere, and in a sentence none does', async () => {
  const markdown = await createMarkdownRenderer(import.meta.dirname, { config: siteMarkdown });
  const code =
    '`createApiClientOfDocument`, `NEXCONN_TOKEN_VALIDITY_SECONDS`, `Map<string>`, `30be0bbca9c2b9e27578`, `--rate`';
  const html = markdown.render(`| name |\n|---|\n| ${code}1 \`30be0bbca9c2b9e27578000000\` |\n\n${code}\n`, {
    relativePath: 'page.md',
  });
  const names = [...html.matchAll(/<code([^>]*)>(.*?)<\/code>/g)].map(
    ([, attributes = '', name]) => `${name}${attributes.includes('class="whole"') ? ' whole' : ''}`,
  );
  const others = ['Map&lt;string&gt;', '30be0bbca9c2b9e27578', '--rate whole'];
  expect(names).toEqual([
    'create<wbr>Api<wbr>Client<wbr>Of<wbr>Document',
    'NEXCONN_<wbr>TOKEN_<wbr>VALIDITY_<wbr>SECONDS',
    ...others,
    '30be0bbc<wbr>a9c2b9e2<wbr>7578000000',
    'createApiClientOfDocument',
    'NEXCONN_TOKEN_VALIDITY_SECONDS',
    ...others,
  ]);
});

test('in a table a type breaks after each opening bracket', async () => {
  const markdown = await createMarkdownRenderer(import.meta.dirname, { config: siteMarkdown });
  const html = markdown.render('| type |\n|---|\n| `Readonly`\\<`Foo`\\> |\n', { relativePath: 'page.md' });
  expect(html).toMatch(/Readonly<\/code>&lt;<wbr><code[^>]*>Foo<\/code>&gt;/);
});

test('a table of three columns names them for a phone, and keeps its roles; one of two fits beside itself', async () => {
  const markdown = await createMarkdownRenderer(import.meta.dirname, { config: siteMarkdown });
  const render = (table: string): string => markdown.render(table, { relativePath: 'page.md' });
  const wide = render('| a | `b` c | d |\n|---|---|---|\n| 1 | 2 | 3 |\n');
  expect(wide).toContain('class="stacks"');
  expect(wide).toContain('--column-1:&quot;a&quot;;--column-2:&quot;b c&quot;;--column-3:&quot;d&quot;');
  expect(wide.match(/ role="\w+"/g)?.join('')).toBe(
    ` role="table" role="rowgroup" role="row"${' role="columnheader"'.repeat(3)} role="rowgroup" role="row"${' role="cell"'.repeat(3)}`,
  );
  expect(render('| a | b |\n|---|---|\n| 1 | 2 |\n')).not.toMatch(/ role="|stacks/);
  expect(() => render(`${'| a '.repeat(7)}|\n${'|---'.repeat(7)}|\n`)).toThrow('six columns');
});

test('the title of a module breaks at its slashes', async () => {
  const markdown = await createMarkdownRenderer(import.meta.dirname, { config: siteMarkdown });
  const html = markdown.render('# a/b & c\n\n## a/b\n', { relativePath: 'page.md' });
  expect(html).toMatch(/<h1 [^>]*>a\/<wbr>b &amp; c /);
  expect(html).toMatch(/<h2 [^>]*>a\/b /);
});

test('a line of code says how far it is indented', () => {
  const styleOf = (...texts: string[]): unknown => {
    const properties: Record<string, unknown> = {};
    indentLines.line({ properties, children: texts.map((value) => ({ children: [{ value }] })) });
    return properties.style;
  };
  expect(styleOf('    ', 'b: 1')).toBe('--indent:4ch');
  expect([styleOf('a:'), styleOf('  '), styleOf()]).toEqual([undefined, undefined, undefined]);
});

test('the options of a command are not broken, and nothing else is changed', () => {
  const childrenOf = (lang: string, value: string): unknown[] => {
    const node = { children: [{ value }] };
    wholeOptions.span.call({ options: { lang } }, node);
    return node.children;
  };
  const text = (value: string): unknown => ({ type: 'text', value });
  const whole = (value: string): unknown =>
    expect.objectContaining({ properties: { class: 'whole' }, children: [text(value)] });
  expect(childrenOf('sh', 'curl -H x-y --no-state a')).toEqual([
    ...[text('curl '), whole('-H'), text(' x-y '), whole('--no-state'), text(' a')],
  ]);
  expect(childrenOf('ts', 'a --b')).toEqual([{ value: 'a --b' }]);
});

test('a file that was generated is shown without the lines about where it comes from', async () => {
  const markdown = await createMarkdownRenderer(import.meta.dirname, { config: siteMarkdown });
  const origin = '# Generated from a.yaml. Do not edit this file:\n# edit a.yaml, then run `npm run generate`.\n\n';
  const html = markdown.render(`\`\`\`sh\n${origin}curl\n\`\`\`\n`, { relativePath: 'page.md' });
  expect(html).toContain('curl');
  expect(html).not.toContain('Generated');
});
