import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Node } from 'yaml';
import type { Problem } from '../types.js';
import { positionAt, type SourceFile } from './source-file.js';

/** How many values all aliases of a file may stand for; a few bytes of aliases to aliases would fill any memory. */
const maxAliasedValues = 100_000;

/**
 * Returns the problems of the aliases of a file: those that name nothing before them, or what they stand in, the one
 * with which they stand for too many values, and merges of what is no map.
 */
export function checkAliases(file: SourceFile): Problem[] {
  // By the last anchor of a name before an alias, as YAML has it; null while what has it is measured.
  const sizes = new Map<string, number | null>();
  const anchored = new Map<string, unknown>();
  const problems: Problem[] = [];
  let aliased = 0;
  let tooMuch: Node | undefined;

  function refuse(node: Node, message: string, hint: string): void {
    problems.push({ ...positionAt(file, node.range?.[0] ?? 0, '#'), message, hint });
  }

  function checkMerge(key: Node, value: unknown): void {
    const named = (node: unknown): unknown => (isAlias(node) ? anchored.get(node.source) : node);
    const merged = named(value);
    const sources = isSeq(merged) ? merged.items.map(named) : [merged];
    // What an alias fails to name is refused by itself.
    if (sources.every((source) => source === undefined || isMap(source))) return;
    refuse(key, 'The key << merges what is no map.', 'Write an alias of a map, as in <<: *name, or a list of them.');
  }

  /** Returns how many values a node is with its aliases written out. */
  function measure(node: unknown): number {
    if (isPair(node)) {
      const size = measure(node.key) + measure(node.value);
      if (isMergeKey(node.key)) checkMerge(node.key, node.value);
      return size;
    }
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
    if (anchor !== undefined) {
      sizes.set(anchor, null);
      anchored.set(anchor, node);
    }
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

/** Whether `yaml` takes a key for one that merges: one in quotes is a name. */
function isMergeKey(key: unknown): key is Node {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}
