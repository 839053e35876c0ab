import { isObject } from '../json/references.js';
import type { Json } from '../json/types.js';
import type { Expression, Query, Segment, Selector } from './json-path.js';

/** A node that a query finds. */
export interface FoundNode {
  readonly value: Json;
  /** Names and indexes from the root. */
  readonly keys: readonly (string | number)[];
}

/** Returns the nodes that a JSONPath finds, in the order of RFC 9535. */
export function findNodes(root: Json, segments: readonly Segment[]): FoundNode[] {
  return findFrom({ value: root, keys: [] }, segments, root);
}

function findFrom(start: FoundNode, segments: readonly Segment[], root: Json): FoundNode[] {
  return segments.reduce<FoundNode[]>(
    (nodes, { isDescendant, selectors }) => {
      const from = isDescendant ? nodes.flatMap(withDescendants) : nodes;
      return from.flatMap((node) => selectors.flatMap((selector) => select(node, selector, root)));
    },
    [start],
  );
}

function withDescendants(node: FoundNode): FoundNode[] {
  const found: FoundNode[] = [];
  function visit(each: FoundNode): void {
    found.push(each);
    for (const child of childrenOf(each)) visit(child);
  }
  visit(node);
  return found;
}

function childrenOf({ value, keys }: FoundNode): FoundNode[] {
  if (Array.isArray(value)) return value.map((item, index) => ({ value: item, keys: [...keys, index] }));
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, member]) => ({ value: member, keys: [...keys, name] }));
}

function select(node: FoundNode, selector: Selector, root: Json): FoundNode[] {
  const { value, keys } = node;
  switch (selector.kind) {
    case 'wildcard':
      return childrenOf(node);
    case 'filter':
      return childrenOf(node).filter((child) => holds(selector.test, child.value, root));
    case 'name':
      return isObject(value) && Object.hasOwn(value, selector.name)
        ? [{ value: value[selector.name] as Json, keys: [...keys, selector.name] }]
        : [];
    case 'index':
      return itemsAt(node, [selector.index]);
    default:
      return Array.isArray(value) ? itemsAt(node, indexesOf(selector, value.length)) : [];
  }
}

function itemsAt({ value, keys }: FoundNode, indexes: readonly number[]): FoundNode[] {
  if (!Array.isArray(value)) return [];
  const places = indexes.map((index) => (index < 0 ? value.length + index : index));
  return places
    .filter((index) => index >= 0 && index < value.length)
    .map((index) => ({ value: value[index] as Json, keys: [...keys, index] }));
}

function indexesOf({ start, end, step }: Selector & { kind: 'slice' }, length: number): number[] {
  if (step === 0) return [];
  const normal = (index: number): number => (index >= 0 ? index : length + index);
  const clamp = (index: number, least: number, most: number): number => Math.min(Math.max(index, least), most);
  const indexes: number[] = [];
  if (step > 0) {
    const last = clamp(normal(end ?? length), 0, length);
    for (let index = clamp(normal(start ?? 0), 0, length); index < last; index += step) indexes.push(index);
  } else {
    const last = end === undefined ? -1 : clamp(normal(end), -1, length - 1);
    for (let index = clamp(normal(start ?? length - 1), -1, length - 1); index > last; index += step)
      indexes.push(index);
  }
  return indexes;
}

function holds(test: Expression, current: Json, root: Json): boolean {
  switch (test.kind) {
    case 'not':
      return !holds(test.operand, current, root);
    case 'and':
      return test.operands.every((operand) => holds(operand, current, root));
    case 'or':
      return test.operands.some((operand) => holds(operand, current, root));
    case 'query':
      return nodesOf(test, current, root).length > 0;
    case 'compare':
      return compare(test.operator, valueIn(test.left, current, root), valueIn(test.right, current, root));
    case 'call':
      return matches(
        test.name,
        test.operands.map((operand) => valueIn(operand, current, root)),
      );
    default:
      return false;
  }
}

function nodesOf({ isRelative, segments }: Query, current: Json, root: Json): FoundNode[] {
  return findFrom({ value: isRelative ? current : root, keys: [] }, segments, root);
}

/** Returns a value; undefined where there is nothing. */
function valueIn(expression: Expression, current: Json, root: Json): Json | undefined {
  if (expression.kind === 'literal') return expression.value;
  if (expression.kind === 'query') return nodesOf(expression, current, root)[0]?.value;
  if (expression.kind !== 'call') return undefined;
  const [operand] = expression.operands;
  if (operand === undefined) return undefined;
  if (expression.name === 'length') return lengthOf(valueIn(operand, current, root));
  const nodes = operand.kind === 'query' ? nodesOf(operand, current, root) : [];
  if (expression.name === 'count') return nodes.length;
  return nodes.length === 1 ? nodes[0]?.value : undefined;
}

function lengthOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function compare(operator: string, left: Json | undefined, right: Json | undefined): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case '<':
      return isLess(left, right);
    case '>':
      return isLess(right, left);
    case '<=':
      return isLess(left, right) || isEqual(left, right);
    default:
      return isLess(right, left) || isEqual(left, right);
  }
}

function isLess(left: Json | undefined, right: Json | undefined): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const [one, other] = [[...left], [...right]];
  const at = one.findIndex((character, index) => character !== other[index]);
  if (at < 0) return one.length < other.length;
  return at < other.length && (one[at]?.codePointAt(0) ?? 0) < (other[at]?.codePointAt(0) ?? 0);
}

function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
  );
}

/** Matches by an I-Regexp (RFC 9485), in which a dot is any character but a line's end. */
function matches(name: string, [text, pattern]: readonly (Json | undefined)[]): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') return false;
  const source = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gu, (part) => (part === '.' ? '[^\\n\\r]' : part));
  try {
    return new RegExp(name === 'match' ? `^(?:${source})$` : source, 'u').test(text);
  } catch {
    return false;
  }
}
