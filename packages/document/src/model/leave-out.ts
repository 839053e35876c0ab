import { appendPointer, readPointer, splitPointer } from '../json/json-pointer.js';
import { dataType, documentType, type NodeType, typeBelow } from '../json/node-types.js';
import { onlyMethod } from '../json/path-item.js';
import { asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { Problem } from '../types.js';
import type { ResolvedOperation } from './types.js';

/** A problem, and where in the bundled document it is. */
export interface FoundProblem {
  readonly pointer: string;
  readonly problem: Problem;
}

/** What is left of a document, and what is not. */
export interface Played {
  readonly played: ResolvedOperation[];
  readonly warnings: Problem[];
}

/**
 * Returns the operations that have none of these problems, in themselves or in what they refer to, and a warning for each of
 * the others with the first of its own. A problem that no operation has is a warning by itself.
 */
export function leaveOut(
  operations: readonly ResolvedOperation[],
  found: readonly FoundProblem[],
  bundle: JsonObject,
): Played {
  if (found.length === 0) return { played: [...operations], warnings: [] };
  const reach = createReach(bundle);
  const reasons = new Map<ResolvedOperation, Problem>();
  const others: Problem[] = [];
  for (const { pointer, problem } of found) {
    const component = componentOf(pointer);
    const isOwner = (operation: ResolvedOperation): boolean =>
      isWithin(pointer, operation) || reach(operation).has(component) || isLetInBy(component, operation);
    const owners = isInForeignExtension(pointer) ? [] : operations.filter(isOwner);
    for (const owner of owners) if (!reasons.has(owner)) reasons.set(owner, problem);
    if (owners.length === 0) others.push(problem);
  }
  const warnings = [...reasons].map(([{ method, path }, problem]) => {
    return { ...problem, message: `${method} ${path} is left out: ${problem.message}` };
  });
  return { played: operations.filter((operation) => !reasons.has(operation)), warnings: [...warnings, ...others] };
}

/** Returns problems with a misspelt field of an operation in the place of what comes of it, which would say less. */
export function nameCauses(found: readonly FoundProblem[], misspelt: readonly FoundProblem[]): FoundProblem[] {
  const causes = new Map(misspelt.map(({ pointer, problem }) => [operationAt(pointer), problem]));
  return found.map((each) => {
    const operation = operationAt(each.pointer);
    return { ...each, problem: (operation !== '' && causes.get(operation)) || each.problem };
  });
}

/** Returns the pointer of the operation that a place is in; an empty text where it is in none. */
function operationAt(pointer: string): string {
  const keys = splitPointer(pointer);
  return keys[0] === 'paths' && keys.length > 3 ? appendPointer('#', ...keys.slice(0, 3)) : '';
}

/** Whether a place is in what only another tool knows: nothing is made of it. */
function isInForeignExtension(pointer: string): boolean {
  let type = documentType;
  for (const key of splitPointer(pointer)) {
    const { members, fields = {}, extensions = [] } = type;
    const isForeign = !members && key.startsWith('x-') && !extensions.includes(key as `x-${string}`);
    if (isForeign && !Object.hasOwn(fields, key)) return true;
    type = typeBelow(type, key, /^\d+$/.test(key) && type.items !== undefined);
  }
  return false;
}

/** Whether a place is in an operation, or in what all operations have, or all of its path. */
function isWithin(pointer: string, { pointer: own, path }: ResolvedOperation): boolean {
  if (pointer === own || pointer.startsWith(`${own}/`)) return true;
  const item = appendPointer('#/paths', path);
  return (
    pointer === item ||
    pointer === '#/paths' ||
    pointer === '#/security' ||
    pointer.startsWith(`${item}/parameters`) ||
    pointer === `${item}/$ref`
  );
}

/** Whether a component is a security scheme that an operation may be called by. */
function isLetInBy(component: string, { security = [] }: ResolvedOperation): boolean {
  const [, kind, name = ''] = splitPointer(component);
  return kind === 'securitySchemes' && security.some((names) => names.includes(name));
}

/** Returns the pointer of the component that a place is in; an empty text where it is in none. */
function componentOf(pointer: string): string {
  const [section, kind, name] = splitPointer(pointer);
  return section === 'components' && kind !== undefined && name !== undefined
    ? appendPointer('#/components', kind, name)
    : '';
}

/** Returns a function that names the components that an operation refers to, directly or not. */
function createReach(bundle: JsonObject): (operation: ResolvedOperation) => ReadonlySet<string> {
  const direct = new Map<string, readonly string[]>();
  const known = new Map<ResolvedOperation, ReadonlySet<string>>();

  function directOf(component: string): readonly string[] {
    const found = direct.get(component) ?? referencesIn(readPointer(bundle, component), typeOf(component));
    direct.set(component, found);
    return found;
  }

  return function reach(operation) {
    const before = known.get(operation);
    if (before) return before;
    const item = asObject(asObject(bundle.paths)[operation.path]);
    const pathItem = asObject(dereference(bundle, item));
    const queue = [
      ...referencesIn(onlyMethod(pathItem, operation.method), typeOf('#/paths/~1')),
      ...(typeof item.$ref === 'string' ? [componentOf(item.$ref)] : []),
    ];
    const reached = new Set<string>();
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next === '' || reached.has(next)) continue;
      reached.add(next);
      // The other operations of its path item are none of this one.
      if (!next.startsWith('#/components/pathItems/')) queue.push(...directOf(next));
    }
    known.set(operation, reached);
    return reached;
  };
}

function typeOf(pointer: string): NodeType {
  return splitPointer(pointer).reduce((type, key) => typeBelow(type, key, false), documentType);
}

function referencesIn(node: Json | undefined, type: NodeType): string[] {
  if (typeof node !== 'object' || node === null || type === dataType) return [];
  const own = isObject(node) && typeof node.$ref === 'string' ? [componentOf(node.$ref)] : [];
  return Object.entries(node).reduce((found, [key, value]) => {
    if (typeof value === 'object')
      for (const each of referencesIn(value, typeBelow(type, key, Array.isArray(node)))) found.push(each);
    return found;
  }, own);
}
