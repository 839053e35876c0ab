import { appendPointer } from '../../json/json-pointer.js';
import { asArray, isObject } from '../../json/references.js';
import type { Json } from '../../json/types.js';
import { type Reading, readingBelow } from '../reading.js';
import { isOnlyReference, type Located } from '../schema-graph.js';
import { choice, type Lines, sum } from './code-text.js';
import { type At, fail, handOn, newSet } from './place.js';
import { shapesOf } from './shapes.js';

/** Returns the checks of what a value's schema refers to. */
export function writeReferences(at: At): Lines {
  const { schema, pointer, place } = at;
  const { graph } = place.checks;
  return ['$ref', '$dynamicRef'].flatMap((keyword) => {
    const reference = schema[keyword];
    if (reference === undefined) return [];
    const target = graph.target({ [keyword]: reference }, { pointer, scope: place.target.scope });
    return target === undefined ? [] : callInPlace(target, at);
  });
}

/** Returns the checks of the schemas within a schema that are about the same value. */
export function writeCombined(at: At): Lines {
  const { schema, pointer, place } = at;
  const lines: Lines = [];
  if (schema.not !== undefined) {
    const check = decisionOf('not', { ...at, place: { ...place, set: null } });
    if (check !== null) lines.push(`if (${check}(${place.value}, ${sum(place.path)}, quiet)) ${fail(place, 'not')}`);
  }
  lines.push(...writeAlternatives('anyOf', at), ...writeAlternatives('oneOf', at));
  const parts = asArray(schema.allOf).map((member, index) =>
    writeInPlace(member, appendPointer(pointer, 'allOf', index), at),
  );
  // What two of them ask alike is asked once: levels of such pairs would be asked a million times.
  const asked = new Map(parts.map((part) => [part.join('\n'), part]));
  return [...lines, ...[...asked.values()].flat(), ...writeCondition(at)];
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
  const { constants, keywords } = place.checks;
  if (schema[keyword] === undefined) return [];
  // Of schemas that are read openly, several may fit where one was meant.
  const name = reading === 'result' || reading === 'alternative' ? 'anyOf' : keyword;
  const all = asArray(schema[keyword]).map((shape, index) => ({
    shape,
    origin: appendPointer(pointer, keyword, index),
  }));
  // Where any may fit, those that are alike are asked once; exactly one never does of them.
  const members = name === 'oneOf' ? all : [...new Map(all.map((each) => [JSON.stringify(each.shape), each])).values()];
  const checks = members.flatMap(({ origin }) => decisionOf(keyword, at, origin) ?? []);
  // A shape that the value is being checked by already has nothing to say, and so neither has the choice.
  if (checks.length < members.length) return [];
  keywords.add(name);
  const named = members.map(({ shape }) => shape);
  const shapes = constants.shapes(shapesOf(schema, named, checks));
  const call = [place.value, sum(place.path), 'e', shapes, ...(place.set === null ? [] : [place.set])].join(', ');
  return [`if (!${name}(${call})) ok = false;`];
}

/** Returns the checks of the same value by another schema: in line, or by its function where it is a reference. */
export function writeInPlace(schema: Json, pointer: string, at: At): Lines {
  const { checks, target } = at.place;
  if (isObject(schema) && (isOnlyReference(schema) || schema.$id !== undefined)) {
    return callInPlace({ pointer, scope: checks.graph.enter(pointer, target.scope) }, at);
  }
  return checks.write(schema, pointer, at.place, at.reading);
}

function callInPlace(located: Located, at: At): Lines {
  const { checks, value, path, set } = at.place;
  const check = functionInPlace(located, at, at.reading, at.place.waived);
  if (check === null || checks.graph.read(located.pointer) === true) return [];
  return [`if (!${check}(${[value, sum(path), 'e', ...(set === null ? [] : [set])].join(', ')})) ok = false;`];
}

/** Returns the function of a schema of which only the verdict counts. */
function decisionOf(keyword: string, at: At, pointer = appendPointer(at.pointer, keyword)): string | null {
  const { checks, target } = at.place;
  const located = { pointer, scope: checks.graph.enter(pointer, target.scope) };
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
  const { graph, readings, functionOf } = place.checks;
  const aimed = graph.aim(located);
  // Those who called this function did so about its own value.
  const around = value === 'v' ? [...target.active, target.pointer, pointer] : [pointer];
  if (around.includes(aimed.pointer)) return null;
  const active = [...new Set(around)].filter((each) => graph.reach(aimed.pointer).has(each)).sort();
  const waived = readings.demanded(aimed.pointer, reading, names);
  return functionOf({ ...aimed, reading, active, waived, notes: set !== null });
}
