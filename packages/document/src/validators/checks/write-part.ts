import { isObject } from '../../json/references.js';
import type { Json } from '../../json/types.js';
import type { Reading } from '../reading.js';
import { isOnlyReference } from '../schema-graph.js';
import { type Lines, sum } from './code-text.js';
import { type At, note, type Place } from './place.js';

/** Returns the checks of what stands under a key, which is noted as evaluated. */
export function writeUnder(
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

/** Returns the checks of a part of a value: in line, or by a function where it is a reference. */
function writePart(schema: Json, pointer: string, place: Place, reading: Reading): Lines {
  if (!isObject(schema) || (!isOnlyReference(schema) && schema.$id === undefined)) {
    return place.checks.write(schema, pointer, place, reading);
  }
  const check = functionOfPart(pointer, place, reading);
  return [`if (!${check}(${place.value}, ${sum(place.path)}, e)) ok = false;`];
}

/** Returns the function of a schema for a part of a value. */
export function functionOfPart(pointer: string, { checks, target }: Place, reading: Reading): string {
  const { graph, functionOf } = checks;
  const aimed = graph.aim({ pointer, scope: graph.enter(pointer, target.scope) });
  return functionOf({ ...aimed, reading, active: [], waived: [], notes: false });
}
