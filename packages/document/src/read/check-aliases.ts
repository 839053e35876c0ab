import { isAlias, isCollection, isPair, type Node } from 'yaml';
import type { Problem } from '../types.js';
import { positionAt, type SourceFile } from './source-file.js';

/** How many values all aliases of a file may stand for; a few bytes of aliases to aliases would fill any memory. */
const maxAliasedValues = 100_000;

/** Returns the problem of a file whose aliases stand for too many values, at the alias that is too much. */
export function checkAliases(file: SourceFile): Problem[] {
  // By the last anchor of a name before an alias, as YAML has it.
  const sizes = new Map<string, number>();
  let aliased = 0;
  let tooMuch: Node | undefined;

  /** Returns how many values a node is with its aliases written out. */
  function measure(node: unknown): number {
    if (isPair(node)) return measure(node.key) + measure(node.value);
    if (isAlias(node)) {
      // One that stands in what it names is no size of its own.
      const size = sizes.get(node.source) ?? 0;
      aliased += size;
      if (aliased > maxAliasedValues) tooMuch ??= node;
      return size;
    }
    const { anchor } = Object(node) as { anchor?: string };
    if (anchor !== undefined) sizes.delete(anchor);
    const size = isCollection(node) ? node.items.reduce<number>((sum, item) => sum + measure(item), 1) : 1;
    if (anchor !== undefined) sizes.set(anchor, size);
    return size;
  }

  measure(file.document.contents);
  if (tooMuch === undefined) return [];
  const message = `The aliases of this file stand for more than ${maxAliasedValues} values.`;
  const hint = 'Write a $ref in the place of an alias, which is not written out.';
  return [{ ...positionAt(file, tooMuch.range?.[0] ?? 0, '#'), message, hint }];
}
