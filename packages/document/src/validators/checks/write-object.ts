import { appendPointer } from '../../json/json-pointer.js';
import { asArray, asObject } from '../../json/references.js';
import type { Json } from '../../json/types.js';
import { access, block, choice, type Lines, literal, sum } from './code-text.js';
import { type At, fail, note } from './place.js';
import { writeInPlace } from './write-in-place.js';
import { functionOfPart, writeUnder } from './write-part.js';

/** Returns the checks of an object and its fields, sizes apart. */
export function writeObject(at: At): Lines {
  const { schema, pointer, place, reading } = at;
  const { checks, value } = place;
  const dropped = checks.readings.dropped(schema, reading);
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
  const { constants } = place.checks;
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

/** What is undefined is not there, and neither is what an object inherits. */
function isPresent(value: string, name: string): string {
  return `${value}${access(name)} !== undefined && has(${value}, ${literal(name)})`;
}

function isAbsent(value: string, name: string): string {
  return `${value}${access(name)} === undefined || !has(${value}, ${literal(name)})`;
}
