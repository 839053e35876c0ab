import { basename, extname } from 'node:path';
import { invalidDocument } from '../errors.js';
import { appendPointer } from '../json/json-pointer.js';
import { anyType, dataType, documentType, type NodeType, schemaType, typeBelow } from '../json/node-types.js';
import { asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import type { Problem } from '../types.js';
import type { Sources } from './read-sources.js';
import { resolveTarget } from './source-file.js';

/** The order of the fields at the root, as published documents have it; any other field comes after them. */
const rootOrder = [
  ...['openapi', 'info', 'jsonSchemaDialect', 'servers', 'security', 'tags', 'externalDocs', 'webhooks'],
  ...['x-webhooks', 'paths', 'components'],
];

/** How many values may stand in place of `$ref`s outside of `components`; a few files that refer to each other would fill any memory. */
const maxInlinedValues = 100_000;

/** Of one `$ref` that leads to another: a few dozen at most, where they end anywhere. */
const maxHops = 100;

/**
 * Returns the document in one piece, in which every `$ref` that leads anywhere is local: what can stand in `components` is
 * brought in there, anything else in place. A `$ref` that leads nowhere stays as it was written.
 *
 * @throws {DocumentError} where `$ref`s lead in a circle outside of schemas, or to too much
 */
export function bundleDocument(sources: Sources): JsonObject {
  const root = asObject(sources.valueOf(sources.entry));
  if (!sources.isSplit && !hasReferenceInField(root)) return inOrder(root);
  return inOrder(createBundler(sources, root).bundle());
}

/** What a `$ref` in an extension names stands in its place, even where it is of the document itself. */
function hasReferenceInField(root: JsonObject): boolean {
  return Object.entries(root).some(([key, value]) => key.startsWith('x-') && isReference(value));
}

function inOrder(bundle: JsonObject): JsonObject {
  const first = rootOrder.filter((key) => Object.hasOwn(bundle, key)).map((key) => [key, bundle[key] as Json]);
  return { ...Object.fromEntries(first), ...bundle };
}

/** A value, and where it was written. */
interface Placed {
  readonly path: string;
  /** Keys within the file. */
  readonly keys: readonly string[];
  readonly value: Json;
}

/** Where the walk stands. */
interface Place {
  /** The file that a `$ref` here is meant from. */
  readonly from: string;
  readonly type: NodeType;
  /** In the document, as far as it is the same there. */
  readonly pointer: string;
  /** What has been put in place of a `$ref` around this. */
  readonly around: readonly string[];
}

function createBundler(sources: Sources, root: JsonObject): { readonly bundle: () => JsonObject } {
  const written = asObject(root.components);
  const components = new Map(
    Object.entries(written).map(([section, members]) => [section, new Map(Object.entries(asObject(members)))]),
  );
  /** By section and target, the name under which it was brought in. */
  const names = new Map<string, string>();
  const underWay = new Set<string>();
  let inlined = 0;

  function refuse(pointer: string, message: string, hint: string): never {
    throw invalidDocument([{ ...sources.locate(pointer), message, hint }], sources.files());
  }

  /** Returns what a `$ref` names in the end; undefined where it leads nowhere. */
  function find(from: string, reference: string, pointer: string, hops = 0): Placed | undefined {
    // A circle, which reading has told.
    if (hops > maxHops) return undefined;
    const { path, keys } = resolveTarget(from, reference);
    let placed: Placed = { path, keys: [], value: sources.valueOf(path) ?? null };
    if (sources.valueOf(path) === undefined) return undefined;
    for (const key of keys) {
      while (isReference(placed.value) && !Object.hasOwn(placed.value, key)) {
        const next = find(placed.path, placed.value.$ref, pointer, hops + 1);
        if (next === undefined) return undefined;
        placed = next;
      }
      const { value } = placed;
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      const below = Array.isArray(value) ? value[Number(key)] : value[key];
      placed = { path: placed.path, keys: [...placed.keys, key], value: below ?? null };
    }
    const isPlain = isReference(placed.value) && Object.keys(placed.value).length === 1;
    return isPlain ? find(placed.path, (placed.value as { $ref: string }).$ref, pointer, hops + 1) : placed;
  }

  function walk(node: Json, place: Place): Json {
    if (typeof node !== 'object' || node === null) return node;
    if (place.around.length > 0) countInlined(place.pointer);
    if (isReference(node) && place.type !== dataType) return walkReference(node, place);
    if (isReference(node) && !node.$ref.startsWith('#')) return walkReference(node, { ...place, type: dataType });
    if (Array.isArray(node)) {
      return node.map((item, index) => walk(item, below(place, String(index), true)));
    }
    return Object.fromEntries(walkMembers(node, place));
  }

  function countInlined(pointer: string): void {
    inlined += 1;
    if (inlined <= maxInlinedValues) return;
    refuse(
      pointer,
      `The $refs in this field stand for more than ${maxInlinedValues} values.`,
      'Refer to fewer of them.',
    );
  }

  /** Visits the fields in the order of their type, which is that in which components are brought in. */
  function walkMembers(node: JsonObject, place: Place): [string, Json][] {
    const { fields = {}, first } = place.type;
    const typed = [...(first === undefined ? [] : [first]), ...Object.keys(fields)].filter((key) =>
      Object.hasOwn(node, key),
    );
    const done = new Map<string, Json>();
    for (const key of [...typed, ...Object.keys(node)]) {
      if (done.has(key)) continue;
      const value = node[key] as Json;
      const isMapping = place.type === schemaType && key === 'discriminator';
      done.set(key, isMapping ? walkDiscriminator(value, place) : walk(value, below(place, key, false)));
    }
    return Object.keys(node).map((key) => [key, done.get(key) as Json]);
  }

  function walkDiscriminator(node: Json, { from, pointer }: Place): Json {
    const { mapping } = asObject(node);
    if (!isObject(mapping)) return node;
    const mapped = Object.entries(mapping).map(([name, target]): [string, Json] => {
      if (typeof target !== 'string' || (from === sources.entry && target.startsWith('#'))) return [name, target];
      const found = find(from, target, pointer);
      const schema = found && bringIn('schemas', found, schemaType, pointer);
      return [name, schema === undefined ? target : appendPointer('#/components/schemas', schema)];
    });
    return { ...asObject(node), mapping: Object.fromEntries(mapped) };
  }

  function walkReference(node: JsonObject & { $ref: string }, place: Place): Json {
    const { from, type, pointer } = place;
    const { $ref, ...others } = node;
    // An extension of the root is no schema that others could refer to: what it names is put in its place.
    const isField = /^#\/x-[^/]*$/.test(pointer);
    if (from === sources.entry && $ref.startsWith('#') && !isField) return aimedAt(node, place, $ref);
    const found = find(from, $ref, pointer);
    if (found === undefined) return aimedAt(node, place, $ref);
    if (type.section !== undefined) {
      const isOwn = found.path === sources.entry && found.keys[0] === 'components';
      const name = isOwn ? found.keys.slice(1) : [type.section, bringIn(type.section, found, type, pointer)];
      return aimedAt(node, place, appendPointer('#/components', ...name));
    }
    const name = [found.path, ...found.keys].join('#');
    if (place.around.includes(name)) {
      refuse(
        pointer,
        'A $ref in this field leads to what it stands in.',
        'Write a value there; only a schema may contain itself.',
      );
    }
    const value = walk(found.value, { ...place, from: found.path, around: [...place.around, name] });
    const siblings = Object.fromEntries(walkMembers(others, place));
    return isObject(value) ? { ...siblings, ...value, ...siblings } : value;
  }

  /** Returns a `$ref` to this target, with what stands beside it. */
  function aimedAt(node: JsonObject, place: Place, target: string): Json {
    const members = walkMembers(node, place).map(([key, value]) => [key, key === '$ref' ? target : value]);
    return Object.fromEntries(members);
  }

  /** Returns the name under which a target stands in a section of `components`. */
  function bringIn(section: string, found: Placed, type: NodeType, pointer: string): string {
    const key = [section, found.path, ...found.keys].join('#');
    const known = names.get(key);
    if (known !== undefined) return known;
    if (underWay.has(key)) return takeName(key, section, found);
    underWay.add(key);
    const value = walk(found.value, { from: found.path, type, pointer, around: [] });
    const name = names.get(key) ?? takeName(key, section, found);
    sectionOf(section).set(name, value);
    return name;
  }

  function takeName(key: string, section: string, found: Placed): string {
    const members = sectionOf(section);
    const isFree = (name: string): boolean => {
      const there = members.get(name);
      return there === undefined || isSame(there, found);
    };
    const name = nameOf(found, isFree);
    names.set(key, name);
    // The place among the others is that of the first who needs it.
    if (!members.has(name)) members.set(name, found.value);
    return name;
  }

  function isSame(there: Json, { path, keys }: Placed): boolean {
    if (!isReference(there)) return false;
    const found = find(sources.entry, there.$ref, '#/components');
    return found !== undefined && [found.path, ...found.keys].join('#') === [path, ...keys].join('#');
  }

  function sectionOf(section: string): Map<string, Json> {
    const members = components.get(section) ?? new Map<string, Json>();
    components.set(section, members);
    return members;
  }

  return {
    bundle() {
      const place: Place = { from: sources.entry, type: documentType, pointer: '#', around: [] };
      const { components: _, ...others } = root;
      const bundled = Object.fromEntries(walkMembers(others, place));
      const componentsType = documentType.fields?.components?.() ?? anyType;
      for (const [section, members] of Object.entries(written)) {
        const type = typeBelow(componentsType, section, false);
        if (isReference(members)) {
          const found = asObject(walkReference(members, { ...place, type, pointer: `#/components/${section}` }));
          for (const [name, value] of Object.entries(found)) sectionOf(section).set(name, value);
          sectionOf(section).delete('$ref');
          continue;
        }
        for (const [name, value] of Object.entries(asObject(members))) {
          const pointer = appendPointer('#/components', section, name);
          const walked = walk(value, { from: sources.entry, type: type.members?.() ?? anyType, pointer, around: [] });
          // What was brought in under the name that it has already stands there.
          const isItself =
            isReference(walked) && walked.$ref === pointer && isReference(value) && value.$ref !== pointer;
          if (!isItself) sectionOf(section).set(name, walked);
        }
      }
      if (components.size === 0) return bundled;
      const sections = [...components].map(([section, members]) => [section, Object.fromEntries(members)]);
      return { ...bundled, components: Object.fromEntries(sections) };
    },
  };
}

function below(place: Place, key: string, isInList: boolean): Place {
  return { ...place, type: typeBelow(place.type, key, isInList), pointer: appendPointer(place.pointer, key) };
}

/** Returns the last part of a target's name that is free, with more of it in front where that is taken. */
function nameOf({ path, keys }: Placed, isFree: (name: string) => boolean): string {
  let name = '';
  for (const key of [...keys].reverse().filter((part) => part !== '')) {
    name = key + (name === '' ? '' : `-${name}`);
    if (isFree(name)) return name;
  }
  name = basename(path, extname(path)) + (name === '' ? '' : `_${name}`);
  let numbered = name;
  for (let serial = 2; !isFree(numbered); serial += 1) numbered = `${name}-${serial}`;
  return numbered;
}

function isReference(value: Json | undefined): value is JsonObject & { $ref: string } {
  return isObject(value) && typeof value.$ref === 'string';
}

/** Returns a problem for each `$ref` outside of shown values that leads nowhere, in the words of who looked for it. */
export function findBrokenReferences(bundle: JsonObject, sources: Sources): { pointer: string; problem: Problem }[] {
  const found: { pointer: string; problem: Problem }[] = [];
  function visit(node: Json, type: NodeType, pointer: string): void {
    if (typeof node !== 'object' || node === null || type === dataType) return;
    if (isReference(node)) {
      const problem = problemOf(node.$ref, pointer);
      if (problem) found.push({ pointer, problem });
    }
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'object')
        visit(value, typeBelow(type, key, Array.isArray(node)), appendPointer(pointer, key));
    }
  }
  function problemOf(reference: string, pointer: string): Problem | undefined {
    if (reference.startsWith('#') && dereference(bundle, { $ref: reference }) !== undefined) return undefined;
    const [known] = sources.broken.get(reference) ?? [];
    if (known) return known;
    const message = `$ref ${reference} cannot be bundled at this place.`;
    return { ...sources.locate(pointer), message, hint: 'Write what it names here, or refer from a standard field.' };
  }
  visit(bundle, documentType, '#');
  return found;
}
