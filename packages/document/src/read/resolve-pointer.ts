import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { appendPointer } from '../json/json-pointer.js';
import { resolveTarget, type SourceFile } from './source-file.js';

/** Where the keys of a pointer have led. */
export interface Resolution {
  readonly file: SourceFile;
  /** Within that file. */
  readonly pointer: string;
  /** Of the last key, or of the document. */
  readonly offset: number;
  /** Of what stands there. */
  readonly valueOffset: number;
  /** The key that is not there; null where all of them led somewhere. */
  readonly missing: string | null;
  /** The keys that stand where it is missing. */
  readonly siblings: readonly string[];
}

/** References can form a cycle. */
const maxHops = 100;

/** Returns where the keys lead, through every `$ref` on the way, or the last place that is there. */
export function resolvePointer(
  files: ReadonlyMap<string, SourceFile>,
  start: SourceFile,
  keys: readonly string[],
): Resolution {
  let [file, syntax, pointer] = [start, start.syntax(keys), '#'];
  let node: unknown = syntax.document.contents;
  const placeOf = (found: unknown): number | undefined => {
    const start = (found as Node | null)?.range?.[0];
    return start === undefined ? undefined : syntax.offsetInWhole(start);
  };
  let offset = placeOf(node) ?? 0;
  let hops = 0;
  const remaining = [...keys];
  const stop = (missing: string, siblings: readonly string[] = []): Resolution => ({
    file,
    pointer,
    offset,
    valueOffset: offset,
    missing,
    siblings,
  });

  while (remaining.length > 0) {
    const key = remaining[0] as string;
    if (isAlias(node)) node = node.resolve(syntax.document);
    const pairs = isMap(node) ? pairsOf(node) : null;
    const reference = pairs?.get('$ref')?.value;
    if (pairs && !pairs.has(key) && isScalar(reference) && typeof reference.value === 'string' && hops++ < maxHops) {
      const target = resolveTarget(file.path, reference.value);
      const next = target.path === file.path ? file : files.get(target.path);
      if (next === undefined) return stop(key);
      file = next;
      remaining.unshift(...target.keys);
      [syntax, pointer] = [file.syntax(remaining), '#'];
      node = syntax.document.contents;
      continue;
    }
    remaining.shift();
    if (pairs) {
      const pair = pairs.get(key);
      if (pair === undefined) return stop(key, [...pairs.keys()]);
      node = pair.value;
      offset = placeOf(pair.key) ?? offset;
    } else if (isSeq(node) && Number(key) < node.items.length) {
      node = node.items[Number(key)];
      offset = placeOf(node) ?? offset;
    } else return stop(key);
    pointer = appendPointer(pointer, key);
  }
  return {
    file,
    pointer,
    offset,
    valueOffset: placeOf(node) ?? offset,
    missing: null,
    siblings: [],
  };
}

const indexes = new WeakMap<YAMLMap, Map<string, Pair>>();

/** Returns the pairs of a map by key; a map of `yaml` searches its pairs one by one, too slow for a thousand references. */
function pairsOf(map: YAMLMap): Map<string, Pair> {
  const known = indexes.get(map);
  if (known) return known;
  const pairs = new Map(map.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]));
  indexes.set(map, pairs);
  return pairs;
}
