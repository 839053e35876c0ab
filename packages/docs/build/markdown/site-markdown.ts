import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { fillFiguresOf } from '../figures/fill-figures.js';
import { withoutOrigin } from '../reference/read-samples.js';

/** What VitePress hands along with a page. */
interface PageEnvironment {
  readonly path: string;
  readonly relativePath: string;
  readonly frontmatter?: { readonly title?: string; readonly layout?: string };
}

/** Teaches VitePress's Markdown what the pages of this site need. */
export function siteMarkdown(md: MarkdownRenderer): void {
  highlightOnce(md);
  fillBeforeParsing(md);
  addMissingHeading(md);
  leaveOtherPagesToTheBrowser(md);
  inlineDiagrams(md);
  nameTabsByPlace(md);
  breakNames(md);
  nameColumns(md);
  breakTitlesAtSlashes(md);
}

/** Code is coloured once: the search reads each page again, and pages show the same files. */
function highlightOnce(md: MarkdownRenderer): void {
  const { highlight } = md.options;
  if (!highlight) return;
  const known = new Map<string, string>();
  md.options.highlight = (file, language, attributes) => {
    const code = withoutOrigin(file);
    // VitePress puts the lines to mark last, and would take any digit of `exit="1"` for one.
    const lines = /(?:^|\s)([\d,-]+)$/.exec(attributes)?.[1] ?? '';
    const key = JSON.stringify([language, lines, code]);
    const html = known.get(key) ?? highlight(code, language, lines);
    known.set(key, html);
    return html;
  };
}

function fillBeforeParsing(md: MarkdownRenderer): void {
  md.core.ruler.before('normalize', 'figures', (state) => {
    const { relativePath } = state.env as PageEnvironment;
    state.src = fillFiguresOf(relativePath, state.src);
  });
}

/** A page without a heading of the first level has its title as one. */
function addMissingHeading(md: MarkdownRenderer): void {
  md.core.ruler.before('normalize', 'heading', (state) => {
    const { frontmatter } = state.env as PageEnvironment;
    if (!frontmatter?.title || frontmatter.layout !== undefined || /^# /m.test(state.src)) return;
    state.src = `# ${frontmatter.title}\n\n${state.src}`;
  });
}

/** The router of the site knows the pages that VitePress makes, and no others. */
function leaveOtherPagesToTheBrowser(md: MarkdownRenderer): void {
  const render =
    md.renderer.rules.link_open ?? ((tokens, index, options, _env, self) => self.renderToken(tokens, index, options));
  md.renderer.rules.link_open = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (/^(\.{0,2}\/)+(.*\/)?(api|downloads)\//.test(token?.attrGet('href') ?? '')) token?.attrSet('target', '_self');
    return render(tokens, index, options, env, self);
  };
}

/** A diagram stands in the page itself, so that it has the colours of the page, light and dark. */
function inlineDiagrams(md: MarkdownRenderer): void {
  const render = md.renderer.rules.image;
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const source = token?.attrGet('src') ?? '';
    if (!token || !/^\.{1,2}\/.*\.svg$/.test(source)) return render?.(tokens, index, options, env, self) ?? '';
    const { path } = env as PageEnvironment;
    const svg = readFileSync(join(dirname(path), source), 'utf8').replace(/^<\?xml.*?\?>\s*|<!--[\s\S]*?-->\s*/g, '');
    const words = md.utils.escapeHtml(token.content);
    return `<span class="diagram">${svg.trim().replace('<svg', `<svg role="img" aria-label="${words}" v-pre`)}</span>`;
  };
}

/** VitePress draws the names of tabs: by their place in the page, two builds of the same pages are equal. */
function nameTabsByPlace(md: MarkdownRenderer): void {
  const rule = 'container_code-group_open';
  const render = md.renderer.rules[rule];
  if (!render) throw new Error(`VitePress has no ${rule} any more. Correct site-markdown.ts.`);
  md.renderer.rules[rule] = (tokens, index, options, env, self) => {
    const places = new Map<string, number>();
    return render(tokens, index, options, env, self).replaceAll(
      /(?<=\b(?:name|id|for)="(?:group|tab)-)[\w-]+(?=")/g,
      (drawn) => {
        const place = places.get(drawn) ?? places.size;
        places.set(drawn, place);
        return `${index}-${place}`;
      },
    );
  };
}

/** A name of so many characters is never broken: two fit beside each other on a phone, and in a table of many columns on a page. */
const wholeName = { usual: 20, inManyColumns: 12 };

/**
 * In a table a long name breaks between its words, as after `NEXCONN_` or `create`, a hash after eight digits, and nothing elsewhere.
 * A short one stays whole everywhere, where a browser would break `--rate` after its hyphens.
 */
function breakNames(md: MarkdownRenderer): void {
  const render = md.renderer.rules.code_inline;
  if (!render) throw new Error('Markdown has no rule for code in a line any more. Correct site-markdown.ts.');
  md.core.ruler.push('names-in-tables', ({ tokens }) => {
    let [columns, isCell] = [0, false];
    for (const { type, children } of tokens) {
      if (type === 'table_open') columns = 0;
      if (type === 'th_open') columns += 1;
      for (const child of isCell ? (children ?? []) : []) {
        child.meta = { whole: columns > 3 ? wholeName.inManyColumns : wholeName.usual };
        // The names of a type stand in code of their own, and what is between them has no blank.
        if (child.type === 'text' && child.content.endsWith('<')) {
          child.type = 'html_inline';
          child.content = `${md.utils.escapeHtml(child.content)}<wbr>`;
        }
      }
      isCell = type === 'td_open';
    }
  });
  md.renderer.rules.code_inline = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const cell = token?.meta as { readonly whole: number } | null;
    const isShort = token !== undefined && token.content.length <= (cell?.whole ?? wholeName.usual);
    if (isShort && /[-/?]/.test(token.content)) token.attrJoin('class', 'whole');
    const html = render(tokens, index, options, env, self);
    if (isShort || !cell) return html;
    const [, start = '', name = '', end = ''] = /^(<[^>]*>)(.*)(<[^>]*>)$/s.exec(html) ?? [];
    return `${start}${name.replaceAll(/[_./,(:=|]+(?=\w)|(?<=[a-z\d])(?=[A-Z])|[\da-f]{8}(?=[\da-f]{8})/g, '$&<wbr>')}${end}`;
  };
}

const roles: Record<string, string> = {
  table_open: 'table',
  thead_open: 'rowgroup',
  tbody_open: 'rowgroup',
  tr_open: 'row',
  th_open: 'columnheader',
  td_open: 'cell',
};

/**
 * On a phone the cells of a row of three and more stand below one another, each behind the name of its column (theme.css). The roles
 * keep it a table for a screen reader, which would go by how it is laid out. On a page the words have the room that names and types
 * leave, where the last column describes them.
 */
function nameColumns(md: MarkdownRenderer): void {
  md.core.ruler.push('names-of-columns', ({ tokens }) => {
    for (const [index, table] of tokens.entries()) {
      if (table.type !== 'table_open') continue;
      const own = tokens.slice(
        index,
        tokens.findIndex(({ type }, place) => place > index && type === 'table_close'),
      );
      const names = own.filter((_token, place) => own[place - 1]?.type === 'th_open').map(textOfLine);
      if (names.length < 3) continue;
      if (names.length > 6) throw new Error(`theme.css names six columns on a phone, and a table has ${names.length}.`);
      table.attrSet('class', names.at(-1) === 'Description' ? 'stacks described' : 'stacks');
      table.attrSet('style', names.map((name, place) => `--column-${place + 1}:${JSON.stringify(name)}`).join(';'));
      for (const token of own) if (roles[token.type]) token.attrSet('role', roles[token.type] as string);
    }
  });
  // VitePress writes `<table tabindex="0">` and nothing else.
  md.renderer.rules.table_open = (tokens, index, options, _env, self) => {
    tokens[index]?.attrSet('tabindex', '0');
    return self.renderToken(tokens, index, options);
  };
}

function textOfLine({ children }: { readonly children: readonly { readonly content: string }[] | null }): string {
  return (children ?? []).map(({ content }) => content).join('');
}

/** The name of a module is one word, and wider than a phone. */
function breakTitlesAtSlashes(md: MarkdownRenderer): void {
  md.core.ruler.push('slashes-in-titles', (state) => {
    for (const [index, { type, children }] of state.tokens.entries()) {
      if (type !== 'inline' || state.tokens[index - 1]?.tag !== 'h1') continue;
      for (const child of children ?? []) {
        if (child.type !== 'text' || !child.content.includes('/')) continue;
        child.type = 'html_inline';
        child.content = md.utils.escapeHtml(child.content).replaceAll('/', '/<wbr>');
      }
    }
  });
}
