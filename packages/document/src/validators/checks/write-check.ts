import { splitPointer } from '../../json/json-pointer.js';
import { isObject } from '../../json/references.js';
import type { Json, JsonObject, Schema } from '../../json/types.js';
import { type SchemaProblem, wrongKeywords } from '../keywords.js';
import { isAsked, type Reading } from '../reading.js';
import { readReadings } from '../readings.js';
import { readSchemaGraph } from '../schema-graph.js';
import { block, type Lines } from './code-text.js';
import { createConstants } from './constants.js';
import { type CheckFunction, mergeFunctions } from './merge-functions.js';
import { type Checks, fail, type Place, type Target } from './place.js';
import { withExactRange } from './size-rules.js';
import { writeValue } from './write-value.js';

/** Writes the checks of the schemas of one document, each once, whoever refers to it. */
export interface CheckWriter {
  /** Returns the name of the function that checks a value by a schema, and writes it with those that it needs. */
  readonly add: (schema: Schema, pointer: string, reading: Reading) => string;
  /** Returns what is wrong with the schemas that a value is checked by in a function that `add` has named, as far as they refer to others. */
  readonly problemsOf: (added: string) => readonly SchemaProblem[];
  /** Returns some functions that `add` has named with all that they call, those that do the same as one. */
  readonly finish: (added: Iterable<string>) => FinishedChecks;
}

/** The checks of a document, once all have been added. */
export interface FinishedChecks {
  /** The keywords that may be reported. */
  readonly keywords: ReadonlySet<string>;
  /** Returns the name of the function that `add` has named. */
  readonly nameOf: (added: string) => string;
  /** Returns the code: functions in TypeScript that are exported, or in JavaScript that are not. */
  readonly code: (language: 'typescript' | 'javascript') => string;
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
  const needs = new Map<string, Needs>();
  const judged = new Map<string, readonly SchemaProblem[]>();
  let isWrong = false;
  return { add, problemsOf, finish };

  function add(schema: Schema, origin: string, reading: Reading): string {
    const from = { pointer: graph.pointerTo(schema, origin), scope: graph.enter(origin, {}) };
    const name = functionOf({ ...graph.aim(from), reading, active: [], waived: [], notes: false });
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      functions.push({ name: next.name, notes: next.target.notes, lines: bodyOf(next) });
    }
    return name;
  }

  function problemsOf(added: string): readonly SchemaProblem[] {
    if (!isWrong) return [];
    return [...new Set([...reachedFrom([added])].flatMap((name) => needs.get(name)?.problems ?? []))];
  }

  /** Returns the names of functions and of all that they call. */
  function reachedFrom(added: Iterable<string>): ReadonlySet<string> {
    const reached = new Set(added);
    // What is added on the way is come to as well.
    for (const name of reached) for (const next of needs.get(name)?.functions ?? []) reached.add(next);
    return reached;
  }

  function finish(added: Iterable<string>): FinishedChecks {
    const reached = reachedFrom(added);
    const merged = mergeFunctions(functions.filter(({ name }) => reached.has(name)));
    return {
      keywords: new Set([...reached].flatMap((name) => [...(needs.get(name)?.keywords ?? [])])),
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

  function bodyOf({ name, target }: { readonly name: string; readonly target: Target }): Lines {
    let count = 0;
    const needed: Needs = { functions: new Set(), problems: [], keywords: new Set() };
    needs.set(name, needed);
    const checks: Checks = {
      ...{ graph, readings, constants, keywords: needed.keywords },
      functionOf(asked) {
        const called = functionOf(asked);
        needed.functions.add(called);
        return called;
      },
      write(schema, pointer, place, reading) {
        const problems = isObject(schema) ? judge(schema, pointer) : [];
        needed.problems.push(...problems);
        return problems.length > 0 ? [] : write(schema, pointer, place, reading);
      },
    };
    const variable = (prefix: string): string => `${prefix}${++count}`;
    const place: Place = {
      checks,
      value: 'v',
      path: ['p'],
      set: target.notes ? 's' : null,
      waived: target.waived,
      target,
      variable,
    };
    const lines = checks.write(graph.read(target.pointer) ?? true, target.pointer, place, target.reading);
    return lines.length === 0 ? ['return true;'] : ['let ok = true;', ...lines, 'return ok;'];
  }

  function write(schema: Json, pointer: string, place: Place, reading: Reading): Lines {
    if (schema === false) return [fail(place, 'false schema')];
    if (!isObject(schema)) return [];
    const entries = Object.entries(withExactRange(schema)).filter(([keyword, value]) =>
      isAsked(keyword, value, reading),
    );
    const asked = Object.fromEntries(entries);
    const waived = [...place.waived, ...readings.waived(pointer, reading)];
    return writeValue({ schema: asked, pointer, place: { ...place, waived }, reading });
  }

  function judge(schema: JsonObject, pointer: string): readonly SchemaProblem[] {
    const known = judged.get(pointer);
    if (known !== undefined) return known;
    const problems = wrongKeywords(schema, graph.originOf(pointer));
    judged.set(pointer, problems);
    isWrong ||= problems.length > 0;
    return problems;
  }
}

/** What a function has come to need as it was written: others, and what is wrong with the schemas in line. */
interface Needs {
  readonly functions: Set<string>;
  readonly problems: SchemaProblem[];
  /** The keywords that it may report. */
  readonly keywords: Set<string>;
}

/** The line that begins with no key, which TypeScript wants to know the type of. */
const setOfKeys = / = new Set\(\);$/;
