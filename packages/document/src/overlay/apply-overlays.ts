import { isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { Problem } from '../types.js';
import { type FoundNode, findNodes } from './find-nodes.js';
import type { Action } from './read-overlay.js';

/** A document after the actions of its overlays. */
export interface Overlaid {
  readonly document: JsonObject;
  /** Actions that could not be done. */
  readonly problems: readonly Problem[];
  /** Actions whose target is nothing in the document. */
  readonly warnings: readonly Problem[];
}

/** Returns a document with these actions applied, each to what the one before it has left. */
export function applyOverlays(document: JsonObject, actions: readonly Action[]): Overlaid {
  const root = { document: structuredClone(document) };
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const action of actions) {
    const nodes = findNodes(root.document, action.nodes);
    if (nodes.length === 0) {
      warnings.push(
        action.problem(`${action.target} is nothing in the document.`, 'Correct it, or take the action out.'),
      );
    }
    const problem = apply(root, nodes, action);
    if (problem) problems.push(problem);
  }
  return { document: root.document, problems, warnings };
}

interface Root {
  document: JsonObject;
}

function apply(root: Root, nodes: readonly FoundNode[], action: Action): Problem | undefined {
  const { change } = action;
  if (change.kind === 'none') return undefined;
  if (change.kind === 'remove') return remove(root, nodes, action);
  const value = change.kind === 'update' ? change.value : valueToCopy(root, change.from);
  if (value === undefined) {
    const message = `${(change as { written: string }).written} does not name one node.`;
    return action.problem(message, 'Write a JSONPath that one node of the document has.');
  }
  for (const node of nodes) {
    const merged = mergeInto(node.value, value);
    if (merged === undefined) {
      const message = `${kindOf(value)} cannot be merged into ${action.target}, which is ${kindOf(node.value)}.`;
      return action.problem(message, 'Remove it with an action before, or update it with its own kind.');
    }
    replace(root, node, merged);
  }
  return undefined;
}

function valueToCopy({ document }: Root, from: Parameters<typeof findNodes>[1]): Json | undefined {
  const found = findNodes(document, from);
  return found.length === 1 ? structuredClone(found[0]?.value) : undefined;
}

/** Removes the last of a list first, so that the places of the others stay. */
function remove(root: Root, nodes: readonly FoundNode[], action: Action): Problem | undefined {
  for (const { keys } of [...nodes].reverse()) {
    const last = keys.at(-1);
    if (last === undefined) return action.problem('The whole document cannot be removed.', 'Name a part of it.');
    const parent = parentOf(root, keys);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (isObject(parent)) delete parent[last];
  }
  return undefined;
}

function parentOf({ document }: Root, keys: readonly (string | number)[]): Json | undefined {
  return keys.slice(0, -1).reduce<Json | undefined>((node, key) => {
    if (Array.isArray(node)) return node[Number(key)];
    return isObject(node) ? node[key] : undefined;
  }, document);
}

function replace(root: Root, { keys }: FoundNode, value: Json): void {
  const last = keys.at(-1);
  if (last === undefined) {
    root.document = value as JsonObject;
    return;
  }
  const parent = parentOf(root, keys);
  if (Array.isArray(parent)) parent[Number(last)] = value;
  else if (isObject(parent)) setMember(parent, String(last), value);
}

/** Returns what a target becomes; undefined where the two are of kinds that cannot be merged. */
function mergeInto(target: Json, update: Json): Json | undefined {
  if (Array.isArray(target)) return [...target, ...structuredClone(Array.isArray(update) ? update : [update])];
  if (isObject(target)) return isObject(update) ? mergeObjects(target, update) : undefined;
  return typeof update === 'object' && update !== null ? undefined : update;
}

function mergeObjects(target: JsonObject, update: JsonObject): JsonObject | undefined {
  const merged = { ...target };
  for (const [key, value] of Object.entries(update)) {
    const there = Object.hasOwn(target, key) ? target[key] : undefined;
    const next = there === undefined ? structuredClone(value) : mergeMember(there, value);
    if (next === undefined) return undefined;
    setMember(merged, key, next);
  }
  return merged;
}

function mergeMember(there: Json, value: Json): Json | undefined {
  if (Array.isArray(there) !== Array.isArray(value)) return undefined;
  return mergeInto(there, value);
}

/** Assigning it would set the prototype. */
function setMember(object: JsonObject, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : 'a value';
}
