import { appendPointer, splitPointer } from '../../json/json-pointer.js';
import { asArray, asObject, isObject } from '../../json/references.js';
import type { Json, JsonObject, Schema } from '../../json/types.js';
import { problemsOf, type SchemaProblem } from '../keywords.js';
import { isAsked, type Reading, readingBelow } from '../reading.js';
import { readReadings } from '../readings.js';
import { isOnlyReference, type Located, readSchemaGraph } from '../schema-graph.js';
import { access, block, choice, isOfOther, isOfType, type Lines, literal, sum } from './code-text.js';
import { createConstants } from './constants.js';
import { type CheckFunction, mergeFunctions } from './merge-functions.js';
import { shapesOf } from './shapes.js';
import { sizeRules, withExactRange } from './size-rules.js';

/** Writes the checks of the schemas of one document, each once, whoever refers to it. */
export interface CheckWriter {
  /** Returns the name of the function that checks a value by a schema, and writes it with those that it needs. */
  readonly add: (schema: Schema, pointer: string, reading: Reading) => string;
  /** What is wrong with the schemas that have been added, and those that they refer to. */
  readonly problems: readonly SchemaProblem[];
  /** The keywords that may be reported. */
  readonly keywords: ReadonlySet<string>;
  /** Returns what has been added, with functions that do the same as one. */
  readonly finish: () => FinishedChecks;
}

/** The checks of a document, once all have been added. */
export interface FinishedChecks {
  /** Returns the name of the function that `add` has named. */
  readonly nameOf: (added: string) => string;
  /** Returns the code: functions in TypeScript that are exported, or in JavaScript that are not. */
  readonly code: (language: 'typescript' | 'javascript') => string;
}

/** A schema as one function checks it. */
interface Target extends Located {
  readonly reading: Reading;
  /** The schemas that the same value is being checked by, as far as this one leads back to them. */
  readonly active: readonly string[];
  /** The fields that need not be there, since what refers to this schema has them `readOnly`, or in a result `writeOnly`. */
  readonly waived: readonly string[];
  /** Whether it notes which fields and items it has looked at, for `unevaluatedProperties` and `unevaluatedItems`. */
  readonly notes: boolean;
}

/** A place in the code of a function: the value at hand, the way to it, and the set in which evaluated keys are noted. */
interface Place {
  readonly value: string;
  readonly path: readonly string[];
  readonly set: string | null;
  /** The fields of the value that need not be there, whichever schema demands them. */
  readonly waived: readonly string[];
  readonly target: Target;
  readonly variable: (prefix: string) => string;
}

/** A schema at its place in the document and in the code. */
interface At {
  readonly schema: JsonObject;
  readonly pointer: string;
  readonly place: Place;
  readonly reading: Reading;
}

/**
 * Creates a writer for the schemas of a bundled document.
 *
 * A function is `(v, p, e) => boolean`: the value, the way to it, and what takes note of a broken rule. One more parameter
 * is the set of evaluated keys, where somebody asks for them. What is about a part of the value stands in line; what a `$ref`
 * names, or what only decides, is a function of its own.
 */
export function createCheckWriter(root: JsonObject): CheckWriter {
  const graph = readSchemaGraph(root);
  const readings = readReadings(root, graph);
  const constants = createConstants();
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const pending: { name: string; target: Target }[] = [];
  const functions: CheckFunction[] = [];
  const judged = new Set<string>();
  const problems: SchemaProblem[] = [];
  const keywords = new Set<string>();
  return { add, problems, keywords, finish };

  function add(schema: Schema, origin: string, reading: Reading): string {
    const from = { pointer: graph.pointerTo(schema, origin), scope: graph.enter(origin, {}) };
    const name = functionOf({ ...graph.aim(from), reading, active: [], waived: [], notes: false });
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      functions.push({ name: next.name, notes: next.target.notes, lines: bodyOf(next.target) });
    }
    return name;
  }

  function finish(): FinishedChecks {
    const merged = mergeFunctions(functions);
    return {
      nameOf: merged.rename,
      code(language) {
        const isTyped = language === 'typescript';
        const texts = merged.functions.map(({ name, notes, lines }) => {
          const head = isTyped
            ? `export function ${name}(v: any, p: string, e: Report${notes ? ', s: any' : ''}): boolean {`
            : `function ${name}(v, p, e${notes ? ', s' : ''}) {`;
          const body = isTyped ? lines.map((line) => line.replace(setOfKeys, ' = new Set<string | number>();')) : lines;
          return `${block(head, body).join('\n')}\n`;
        });
        return [merged.rename(constants.declarations(texts, isTyped)), ...texts]
          .filter((text) => text !== '')
          .join('\n');
      },
    };
  }

  function functionOf(given: Target): string {
    const target = { ...given, reading: readings.simplest(given.pointer, given.reading) };
    const { pointer, scope, reading, active, waived, notes } = target;
    const key = JSON.stringify([pointer, scope, reading, active, waived, notes]);
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = nameFor(pointer);
    names.set(key, name);
    pending.push({ name, target });
    return name;
  }

  function nameFor(pointer: string): string {
    const keys = splitPointer(pointer);
    const word = keys.at(-2) === 'schemas' ? (keys.at(-1) ?? '').replaceAll(/[^A-Za-z0-9]/g, '') : '';
    const base = `check${word === '' ? taken.size : word.charAt(0).toUpperCase() + word.slice(1)}`;
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
    taken.add(name);
    return name;
  }

  function bodyOf(target: Target): Lines {
    let count = 0;
    const variable = (prefix: string): string => `${prefix}${++count}`;
    const place: Place = {
      value: 'v',
      path: ['p'],
      set: target.notes ? 's' : null,
      waived: target.waived,
      target,
      variable,
    };
    const lines = write(graph.read(target.pointer) ?? true, target.pointer, place, target.reading);
    return lines.length === 0 ? ['return true;'] : ['let ok = true;', ...lines, 'return ok;'];
  }

  function fail({ path }: Place, keyword: string, limit?: string, name?: string): string {
    keywords.add(keyword);
    const rest = name !== undefined ? [limit ?? 'undefined', name] : limit !== undefined ? [limit] : [];
    return `ok = e(${[sum(path), literal(keyword), ...rest].join(', ')});`;
  }

  /** The checks of a value by a schema, in line. */
  function write(schema: Json, pointer: string, place: Place, reading: Reading): Lines {
    if (schema === false) return [fail(place, 'false schema')];
    if (!isObject(schema)) return [];
    judge(schema, pointer);
    if (problems.length > 0) return [];
    const entries = Object.entries(withExactRange(schema)).filter(([keyword, value]) =>
      isAsked(keyword, value, reading),
    );
    const asked = Object.fromEntries(entries);
    const waived = [...place.waived, ...readings.waived(pointer, reading)];
    const lines = writeAsked({ schema: asked, pointer, place: { ...place, waived }, reading });
    if (asked.type === undefined) return lines;
    const types = typesOf(asked) ?? [];
    const refusal = fail(place, 'type', literal(types.join(' or ')));
    if (lines.length === 0) return [`if (${isOfOther(types, place.value)}) ${refusal}`];
    return block(`if (${isOfType(types, place.value)}) {`, lines, `} else ${refusal}`);
  }

  function judge(schema: JsonObject, pointer: string): void {
    if (judged.has(pointer)) return;
    judged.add(pointer);
    problems.push(...problemsOf(schema, graph.originOf(pointer)));
  }

  /** A schema with unevaluated… has a set of its own: what its neighbours looked at is nothing to it. */
  function writeAsked(outer: At): Lines {
    const { schema, place } = outer;
    const needsSet = schema.unevaluatedItems !== undefined || schema.unevaluatedProperties !== undefined;
    const at = needsSet ? { ...outer, place: { ...place, set: place.variable('s') } } : outer;
    const lines = [
      ...ofType('number', at, writeSizes),
      ...ofType('string', at, writeString),
      ...writeReferences(at),
      ...writeValues(at),
      ...writeCombined(at),
      ...ofType('array', at, writeArray),
      ...ofType('object', at, writeObject),
    ];
    return needsSet ? [`const ${at.place.set} = ${newSet};`, ...lines, ...handOn(at.place.set, place.set)] : lines;
  }

  function ofType(type: string, at: At, writeRules: (at: At, type: string) => Lines): Lines {
    const types = typesOf(at.schema);
    if (types?.every((each) => each !== type && !(type === 'number' && each === 'integer'))) return [];
    const lines = writeRules(at, type);
    return types?.length === 1 || lines.length === 0
      ? lines
      : block(`if (${isOfType([type], at.place.value)}) {`, lines);
  }

  function writeSizes({ schema, place }: At, type: string): Lines {
    return Object.entries(sizeRules[type] ?? {}).flatMap(([keyword, isBroken]) => {
      const limit = schema[keyword];
      return typeof limit === 'number'
        ? [`if (${isBroken(place.value, limit)}) ${fail(place, keyword, `${limit}`)}`]
        : [];
    });
  }

  function writeString(at: At, type: string): Lines {
    const { schema, place } = at;
    const { pattern, format } = schema;
    const lines = writeSizes(at, type);
    if (typeof pattern === 'string') {
      lines.push(`if (!${constants.matches(pattern, place.value)}) ${fail(place, 'pattern', literal(pattern))}`);
    }
    if (typeof format === 'string') {
      lines.push(`if (!${constants.hasFormat(format, place.value)}) ${fail(place, 'format', literal(format))}`);
    }
    return lines;
  }

  function writeReferences(at: At): Lines {
    const { schema, pointer, place } = at;
    return ['$ref', '$dynamicRef'].flatMap((keyword) => {
      const reference = schema[keyword];
      if (reference === undefined) return [];
      const target = graph.target({ [keyword]: reference }, { pointer, scope: place.target.scope });
      return target === undefined ? [] : callInPlace(target, at);
    });
  }

  function writeValues({ schema, place }: At): Lines {
    return ['const', 'enum'].flatMap((keyword) => {
      const value = schema[keyword];
      if (value === undefined) return [];
      const [list, isNone] = constants.noneOf(keyword === 'const' ? [value] : asArray(value), place.value);
      return [`if (${isNone}) ${fail(place, keyword, list)}`];
    });
  }

  /** The schemas that are about the value itself. */
  function writeCombined(at: At): Lines {
    const { schema, pointer, place } = at;
    const lines: Lines = [];
    if (schema.not !== undefined) {
      const check = decisionOf('not', { ...at, place: { ...place, set: null } });
      if (check !== null) lines.push(`if (${check}(${place.value}, ${sum(place.path)}, quiet)) ${fail(place, 'not')}`);
    }
    lines.push(...writeAlternatives('anyOf', at), ...writeAlternatives('oneOf', at));
    for (const [index, member] of asArray(schema.allOf).entries()) {
      lines.push(...writeInPlace(member, appendPointer(pointer, 'allOf', index), at));
    }
    return [...lines, ...writeCondition(at)];
  }

  function writeCondition(at: At): Lines {
    const { schema, pointer, place } = at;
    if (schema.if === undefined) return [];
    const set = place.set === null ? null : place.variable('s');
    const check = decisionOf('if', { ...at, place: { ...place, set } }) ?? 'passes';
    const [then = [], otherwise = []] = ['then', 'else'].map((keyword) => {
      const member = schema[keyword];
      return member === undefined ? [] : writeInPlace(member, appendPointer(pointer, keyword), at);
    });
    const call = `${check}(${[place.value, sum(place.path), 'quiet', ...(set === null ? [] : [set])].join(', ')})`;
    const declared = set === null ? [] : [`const ${set} = ${newSet};`];
    return [...declared, ...choice(call, [...handOn(set, place.set), ...then], otherwise)];
  }

  function writeAlternatives(keyword: 'anyOf' | 'oneOf', at: At): Lines {
    const { schema, pointer, place, reading } = at;
    if (schema[keyword] === undefined) return [];
    const members = asArray(schema[keyword]);
    const checks = members.flatMap((_, index) => decisionOf(keyword, at, appendPointer(pointer, keyword, index)) ?? []);
    // A shape that the value is being checked by already has nothing to say, and so neither has the choice.
    if (checks.length < members.length) return [];
    // Of schemas that are read openly, several may fit where one was meant.
    const name = reading === 'result' || reading === 'alternative' ? 'anyOf' : keyword;
    keywords.add(name);
    const shapes = constants.shapes(shapesOf(schema, members, checks));
    const call = [place.value, sum(place.path), 'e', shapes, ...(place.set === null ? [] : [place.set])].join(', ');
    return [`if (!${name}(${call})) ok = false;`];
  }

  /** Checks the same value by another schema: in line, or by its function where it is a reference. */
  function writeInPlace(schema: Json, pointer: string, at: At): Lines {
    if (isObject(schema) && (isOnlyReference(schema) || schema.$id !== undefined)) {
      return callInPlace({ pointer, scope: graph.enter(pointer, at.place.target.scope) }, at);
    }
    return write(schema, pointer, at.place, at.reading);
  }

  function callInPlace(located: Located, at: At): Lines {
    const { value, path, set } = at.place;
    const check = functionInPlace(located, at, at.reading, at.place.waived);
    if (check === null || graph.read(located.pointer) === true) return [];
    return [`if (!${check}(${[value, sum(path), 'e', ...(set === null ? [] : [set])].join(', ')})) ok = false;`];
  }

  /** Returns the function of a schema of which only the verdict counts. */
  function decisionOf(keyword: string, at: At, pointer = appendPointer(at.pointer, keyword)): string | null {
    const located = { pointer, scope: graph.enter(pointer, at.place.target.scope) };
    return functionInPlace(located, at, readingBelow(keyword, at.reading));
  }

  /** Returns the function of a schema for the value at hand; null where that is being checked by it already. */
  function functionInPlace(
    located: Located,
    { place, pointer }: At,
    reading: Reading,
    names: readonly string[] = [],
  ): string | null {
    const { target, value, set } = place;
    const aimed = graph.aim(located);
    // Those who called this function did so about its own value.
    const around = value === 'v' ? [...target.active, target.pointer, pointer] : [pointer];
    if (around.includes(aimed.pointer)) return null;
    const active = [...new Set(around)].filter((each) => graph.reach(aimed.pointer).has(each)).sort();
    const waived = readings.demanded(aimed.pointer, reading, names);
    return functionOf({ ...aimed, reading, active, waived, notes: set !== null });
  }

  /** Checks a part of the value: in line, or by a function where it is a reference. */
  function writePart(schema: Json, pointer: string, place: Place, reading: Reading): Lines {
    if (!isObject(schema) || (!isOnlyReference(schema) && schema.$id === undefined)) {
      return write(schema, pointer, place, reading);
    }
    const check = functionOfPart(pointer, place, reading);
    return [`if (!${check}(${place.value}, ${sum(place.path)}, e)) ok = false;`];
  }

  function functionOfPart(pointer: string, { target }: Place, reading: Reading): string {
    const located = graph.aim({ pointer, scope: graph.enter(pointer, target.scope) });
    return functionOf({ ...located, reading, active: [], waived: [], notes: false });
  }

  /** Checks what stands under a key, which is noted as evaluated. */
  function writeUnder(
    schema: Json,
    pointer: string,
    at: At,
    key: string,
    step: readonly string[],
    from: string,
  ): Lines {
    const { place, reading } = at;
    const part = { ...place, value: place.variable('v'), path: [...place.path, ...step], set: null, waived: [] };
    const lines = writePart(schema, pointer, part, reading);
    const bound = lines.some((line) => line.includes(part.value)) ? [`const ${part.value} = ${from};`] : [];
    return [...note(place, key), ...bound, ...lines];
  }

  function writeArray(at: At, type: string): Lines {
    const { schema, pointer, place } = at;
    const { value, set } = place;
    const lines = writeSizes(at, type);
    if (schema.uniqueItems === true) lines.push(`if (!areDistinct(${value})) ${fail(place, 'uniqueItems')}`);
    const prefix = asArray(schema.prefixItems);
    for (const [index, member] of prefix.entries()) {
      const here = appendPointer(pointer, 'prefixItems', index);
      const inner = writeUnder(member, here, at, `${index}`, [literal(`/${index}`)], `${value}[${index}]`);
      lines.push(...choice(`${value}.length > ${index}`, inner, []));
    }
    if (schema.items === false && set === null) {
      lines.push(`if (${value}.length > ${prefix.length}) ${fail(place, 'items', `${prefix.length}`)}`);
    } else if (schema.items !== undefined) lines.push(...writeItems('items', at, prefix.length));
    return [...lines, ...writeContains(at), ...writeItems('unevaluatedItems', at, 0)];
  }

  function writeItems(keyword: 'items' | 'unevaluatedItems', at: At, first: number): Lines {
    const { schema, pointer, place } = at;
    const rule = schema[keyword];
    if (rule === undefined) return [];
    const { value, set } = place;
    const index = place.variable('i');
    const here = appendPointer(pointer, keyword);
    const inner = writeUnder(rule, here, at, index, ["'/'", index], `${value}[${index}]`);
    if (inner.length === 0) return [];
    const skipped = keyword === 'items' ? [] : [`if (${set}.has(${index})) continue;`];
    return block(`for (let ${index} = ${first}; ${index} < ${value}.length; ${index} += 1) {`, [...skipped, ...inner]);
  }

  function writeContains({ schema, pointer, place, reading }: At): Lines {
    if (schema.contains === undefined) return [];
    const { value, path } = place;
    const [count, index] = [place.variable('n'), place.variable('i')];
    const check = functionOfPart(appendPointer(pointer, 'contains'), place, readingBelow('contains', reading));
    const isMatch = `${check}(${value}[${index}], ${sum(path)}, quiet)`;
    const matched = block(`if (${isMatch}) {`, [...note(place, index), `${count} += 1;`]);
    const tooMany = schema.maxContains === undefined ? '' : ` || ${count} > ${schema.maxContains}`;
    return [
      `let ${count} = 0;`,
      ...block(`for (let ${index} = 0; ${index} < ${value}.length; ${index} += 1) {`, matched),
      `if (${count} < ${schema.minContains ?? 1}${tooMany}) ${fail(place, 'contains')}`,
    ];
  }

  function writeObject(at: At, type: string): Lines {
    const { schema, pointer, place, reading } = at;
    const { value } = place;
    const dropped = readings.dropped(schema, reading);
    const missing = (name: Json, keyword: string): string => {
      return `if (${isAbsent(value, String(name))}) ${fail(place, keyword, undefined, literal(name))}`;
    };
    const ifPresent = (name: string, lines: Lines): Lines => choice(isPresent(value, name), lines, []);
    const needed = Object.entries(asObject(schema.dependentRequired)).flatMap(([name, others]) => {
      return ifPresent(
        name,
        asArray(others).map((other) => missing(other, 'dependentRequired')),
      );
    });
    const dependent = Object.entries(asObject(schema.dependentSchemas)).flatMap(([name, member]) => {
      return ifPresent(name, writeInPlace(member, appendPointer(pointer, 'dependentSchemas', name), at));
    });
    const properties = Object.entries(asObject(schema.properties)).filter(([name]) => !dropped.has(name));
    const fields = properties.flatMap(([name, member]) => {
      const here = appendPointer(pointer, 'properties', name);
      const step = literal(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      return ifPresent(name, writeUnder(member, here, at, literal(name), [step], `${value}${access(name)}`));
    });
    const required = asArray(schema.required).filter((name) => !place.waived.includes(String(name)));
    return [
      ...writeSizes(at, type),
      ...required.map((name) => missing(name, 'required')),
      ...needed,
      ...dependent,
      ...writeNames(
        at,
        properties.map(([name]) => name),
      ),
      ...fields,
      ...writeUnevaluated(at),
    ];
  }

  /** What is asked of every field by its name: `propertyNames`, `patternProperties` and `additionalProperties`. */
  function writeNames(at: At, known: readonly string[]): Lines {
    const { schema, pointer, place, reading } = at;
    const { propertyNames, additionalProperties } = schema;
    const patterns = Object.entries(asObject(schema.patternProperties));
    if (propertyNames === undefined && additionalProperties === undefined && patterns.length === 0) return [];
    const key = place.variable('k');
    const body: Lines = [];
    if (propertyNames !== undefined) {
      const check = functionOfPart(appendPointer(pointer, 'propertyNames'), place, reading);
      body.push(`if (!${check}(${key}, ${sum(place.path)}, quiet)) ${fail(place, 'propertyNames', undefined, key)}`);
    }
    if (additionalProperties !== undefined) {
      const isKnown = patterns.map(([pattern]) => constants.matches(pattern, key));
      if (known.length > 0) isKnown.unshift(constants.isAmong(known, key));
      const lines = writeField('additionalProperties', additionalProperties, at, key);
      body.push(...(isKnown.length === 0 ? lines : choice(`!(${isKnown.join(' || ')})`, lines, [])));
    }
    for (const [pattern, member] of patterns) {
      const here = appendPointer(pointer, 'patternProperties', pattern);
      const lines = writeUnder(member, here, at, key, [`keyPath(${key})`], `${place.value}[${key}]`);
      body.push(...choice(constants.matches(pattern, key), lines, []));
    }
    return body.length === 0 ? [] : block(`for (const ${key} of Object.keys(${place.value})) {`, body);
  }

  /** Checks a field that no other keyword names; where none may be, it is the field that is reported. */
  function writeField(keyword: string, rule: Json, at: At, key: string): Lines {
    const { pointer, place } = at;
    if (rule === false) return [...note(place, key), fail(place, keyword, undefined, key)];
    const from = `${place.value}[${key}]`;
    return writeUnder(rule, appendPointer(pointer, keyword), at, key, [`keyPath(${key})`], from);
  }

  function writeUnevaluated(at: At): Lines {
    const rule = at.schema.unevaluatedProperties;
    if (rule === undefined) return [];
    const { value, set, variable } = at.place;
    const key = variable('k');
    const skipped = `if (${set}.has(${key})) continue;`;
    const lines = writeField('unevaluatedProperties', rule, at, key);
    return block(`for (const ${key} of Object.keys(${value})) {`, [skipped, ...lines]);
  }
}

/** The keys that a check has looked at, and the line that begins with none, which TypeScript wants to know the type of. */
const newSet = 'new Set()';
const setOfKeys = / = new Set\(\);$/;

/** What is undefined is not there, and neither is what an object inherits. */
function isPresent(value: string, name: string): string {
  return `${value}${access(name)} !== undefined && has(${value}, ${literal(name)})`;
}

function isAbsent(value: string, name: string): string {
  return `${value}${access(name)} === undefined || !has(${value}, ${literal(name)})`;
}

function typesOf({ type }: JsonObject): readonly string[] | undefined {
  return type === undefined ? undefined : ([type].flat() as string[]);
}

function note({ set }: Place, key: string): Lines {
  return set === null ? [] : [`${set}.add(${key});`];
}

function handOn(own: string | null, outer: string | null): Lines {
  return own === null || outer === null ? [] : [`for (const key of ${own}) ${outer}.add(key);`];
}
