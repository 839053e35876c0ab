/** A part of highlighted code: an element with children, or a text. */
interface CodeNode {
  readonly type?: string;
  readonly tagName?: string;
  properties?: Record<string, unknown>;
  value?: string;
  children?: CodeNode[];
}

/** The part of a highlighter's options that is changed here. */
interface HighlightOptions {
  tokenizeTimeLimit?: number;
}

/** Colours each line to its end: by itself the highlighter gives up on one that takes half a second, as on a busy machine. */
export const wholeLines = {
  name: 'whole-lines',
  preprocess(_code: string, options: HighlightOptions): void {
    options.tokenizeTimeLimit = 0;
  },
};

/** Marks for the styles how far each line of code is indented: what does not fit goes on further in than its start. */
export const indentLines = {
  name: 'indent-lines',
  line(node: CodeNode): void {
    const indent = textOf(node).search(/\S/);
    if (indent > 0) node.properties = { ...node.properties, style: `--indent:${indent}ch` };
  },
};

/** What a browser would break behind a hyphen: options, names of headers and of extensions, and packages. */
const hyphenated = /(?<![\w-])(?:--?[A-Za-z][\w-]*|x-[a-z-]+|[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+|@[\w-]+\/[\w-]+)/g;
/** A longer word may not fit on a phone. */
const longestWhole = 26;

/**
 * Keeps words with hyphens whole, and an indent with what follows it: a browser would go to the next line between them where a long
 * word follows. The text stays as it is, so that it can be copied.
 */
export const wholeWords = {
  name: 'whole-words',
  line(node: CodeNode): void {
    const text = textOf(node);
    const indent = text.search(/\S/);
    const words = [...text.matchAll(hyphenated)]
      .map(({ index, 0: word }): Range => [index, index + word.length])
      .filter(([from, to]) => to - from <= longestWhole);
    const first: Range[] = indent > 0 ? [[0, Math.max(indent + 1, words[0]?.[0] === indent ? words[0][1] : 0)]] : [];
    const ranges = [...first, ...words.filter(([from]) => from >= (first[0]?.[1] ?? 0))];
    if (ranges.length > 0) node.children = keepWhole(node.children ?? [], ranges);
  },
};

type Range = readonly [from: number, to: number];

/** Returns the children of a line with one element around all that is in each range. */
function keepWhole(children: readonly CodeNode[], ranges: readonly Range[]): CodeNode[] {
  const kept: CodeNode[] = [];
  const holders = new Map<Range, CodeNode>();
  let at = 0;
  for (const child of children) {
    const text = textOf(child);
    for (const [from, to] of cut([at, at + text.length], ranges)) {
      const piece = withText(child, text.slice(from - at, to - at));
      const range = ranges.find(([start, end]) => start <= from && to <= end);
      const holder =
        range &&
        (holders.get(range) ?? { type: 'element', tagName: 'span', properties: { class: 'whole' }, children: [] });
      if (range && holder) {
        if (!holders.has(range)) kept.push(holder);
        holders.set(range, holder);
        holder.children?.push(piece);
      } else kept.push(piece);
    }
    at += text.length;
  }
  return kept;
}

/** Returns the parts of a stretch between the ends of the ranges. */
function cut([from, to]: Range, ranges: readonly Range[]): Range[] {
  const ends = ranges.flat().filter((end) => end > from && end < to);
  const edges = [from, ...ends, to];
  return edges.slice(1).flatMap((end, index): Range[] => (end > (edges[index] ?? 0) ? [[edges[index] ?? 0, end]] : []));
}

function withText(node: CodeNode, text: string): CodeNode {
  if (node.value !== undefined) return { ...node, value: text };
  const [child = { type: 'text', value: '' }] = node.children ?? [];
  return { ...node, children: [withText(child, text)] };
}

function textOf({ value = '', children = [] }: CodeNode): string {
  return value + children.map(textOf).join('');
}
