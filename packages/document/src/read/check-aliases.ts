import { isAlias, isCollection, isPair, type Node } from 'yaml';
import type { Problem } from '../types.js';
import { positionAt, type SourceFile } from './source-file.js';

/** How many values all aliases of a file may stand for; a few bytes of aliases to aliases would fill any memory. */
const maxAliasedValues = 100_000;

/**
 * Returns the problems of the aliases of a file: those that name nothing before them, or what they stand in, and the one
 * with which they stand for too many values.
 */
export function checkAliases(file: SourceFile): Problem[] {
  // By the last anchor of a name before an alias, as YAML has it; null while what has it is measured.
  const sizes = new Map<string, number | null>();
  const problems: Problem[] = [];
  let aliased = 0;
  let tooMuch: Node | undefined;

  function refuse(node: Node, message: string, hint: string): void {
    problems.push({ ...positionAt(file, node.range?.[0] ?? 0, '#'), message, hint });
  }

  /** Returns how many values a node is with its aliases written out. */
  function measure(node: unknown): number {
    if (isPair(node)) return measure(node.key) + measure(node.value);
    if (isAlias(node)) {
      const size = sizes.get(node.source);
      if (size === undefined || size === null) {
        const name = `The alias *${node.source}`;
        if (size === null)
          refuse(node, `${name} stands in what it names.`, 'Write a $ref: only a schema may contain itself.');
        else
          refuse(
            node,
            `${name} names nothing before it.`,
            `Put the anchor &${node.source} on a value above, or write a $ref.`,
          );
        return 1;
      }
      aliased += size;
      if (aliased > maxAliasedValues) tooMuch ??= node;
      return size;
    }
    const { anchor } = Object(node) as { anchor?: string };
    if (anchor !== undefined) sizes.set(anchor, null);
    const size = isCollection(node) ? node.items.reduce<number>((sum, item) => sum + measure(item), 1) : 1;
    if (anchor !== undefined) sizes.set(anchor, size);
    return size;
  }

  measure(file.syntax().document.contents);
  if (tooMuch) {
    const message = `The aliases of this file stand for more than ${maxAliasedValues} values.`;
    refuse(tooMuch, message, 'Write a $ref in the place of an alias, which is not written out.');
  }
  return problems;
}
