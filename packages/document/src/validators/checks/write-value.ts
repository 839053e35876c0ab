import { asArray } from '../../json/references.js';
import { block, isOfOther, isOfType, type Lines, literal } from './code-text.js';
import { type At, fail, handOn, newSet, typesOf } from './place.js';
import { sizeRules } from './size-rules.js';
import { writeArray } from './write-array.js';
import { writeCombined, writeReferences } from './write-in-place.js';
import { writeObject } from './write-object.js';

/** Returns the checks of a value by the keywords of a schema that are asked. */
export function writeValue(at: At): Lines {
  const { schema, place } = at;
  const lines = writeAsked(at);
  if (schema.type === undefined) return lines;
  const types = typesOf(schema) ?? [];
  const refusal = fail(place, 'type', literal(types.join(' or ')));
  if (lines.length === 0) return [`if (${isOfOther(types, place.value)}) ${refusal}`];
  return block(`if (${isOfType(types, place.value)}) {`, lines, `} else ${refusal}`);
}

/** A schema with unevaluated… has a set of its own: what its neighbours looked at is nothing to it. */
function writeAsked(outer: At): Lines {
  const { schema, place } = outer;
  const needsSet = schema.unevaluatedItems !== undefined || schema.unevaluatedProperties !== undefined;
  const at = needsSet ? { ...outer, place: { ...place, set: place.variable('s') } } : outer;
  const lines = [
    ...ofType('number', at),
    ...ofType('string', at, writeString),
    ...writeReferences(at),
    ...writeValues(at),
    ...writeCombined(at),
    ...ofType('array', at, writeArray),
    ...ofType('object', at, writeObject),
  ];
  return needsSet ? [`const ${at.place.set} = ${newSet};`, ...lines, ...handOn(at.place.set, place.set)] : lines;
}

function ofType(type: string, at: At, writeRules: (at: At) => Lines = () => []): Lines {
  const types = typesOf(at.schema);
  if (types?.every((each) => each !== type && !(type === 'number' && each === 'integer'))) return [];
  const lines = [...writeSizes(at, type), ...writeRules(at)];
  return types?.length === 1 || lines.length === 0 ? lines : block(`if (${isOfType([type], at.place.value)}) {`, lines);
}

function writeSizes({ schema, place }: At, type: string): Lines {
  return Object.entries(sizeRules[type] ?? {}).flatMap(([keyword, isBroken]) => {
    const limit = schema[keyword];
    return typeof limit === 'number'
      ? [`if (${isBroken(place.value, limit)}) ${fail(place, keyword, `${limit}`)}`]
      : [];
  });
}

function writeString({ schema, place }: At): Lines {
  const { pattern, format } = schema;
  const { constants } = place.checks;
  const lines: Lines = [];
  if (typeof pattern === 'string') {
    lines.push(`if (!${constants.matches(pattern, place.value)}) ${fail(place, 'pattern', literal(pattern))}`);
  }
  if (typeof format === 'string') {
    lines.push(`if (!${constants.hasFormat(format, place.value)}) ${fail(place, 'format', literal(format))}`);
  }
  return lines;
}

function writeValues({ schema, place }: At): Lines {
  return ['const', 'enum'].flatMap((keyword) => {
    const value = schema[keyword];
    if (value === undefined) return [];
    const [list, isNone] = place.checks.constants.noneOf(keyword === 'const' ? [value] : asArray(value), place.value);
    return [`if (${isNone}) ${fail(place, keyword, list)}`];
  });
}
