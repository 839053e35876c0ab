import { appendPointer, readPointer } from '../json/json-pointer.js';
import { asArray, dereference, isObject, readShape } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { data, maps } from './check-extensions.js';
import type { ProblemReporter, ResolvedOperation } from './types.js';

/** Where the answers of one operation stand. */
interface Answers extends Pick<ResolvedOperation, 'result' | 'resultPointer'> {
  readonly bundle: JsonObject;
  readonly responses: Json | undefined;
  readonly pointer: string;
}

/**
 * Returns which field of the request each property of a result echoes.
 *
 * An `x-echoes` that names no field of the request is reported, and so is one that stands where nothing is compared.
 */
export function resolveEchoes(
  { bundle, result, resultPointer, responses, pointer }: Answers,
  requestFields: readonly string[],
  report: ProblemReporter,
): Record<string, string> {
  const taken = new Set<Json>();
  const properties = result === null ? [] : [...readShape(bundle, result).properties];
  const echoes = properties.flatMap(([name, schema]): [string, string][] => {
    const echo = findEcho(bundle, schema);
    if (echo === undefined) return [];
    taken.add(echo);
    const field = String(echo['x-echoes']);
    if (requestFields.includes(field)) return [[name, field]];
    const message = `The result's field ${name} echoes ${field}, which is no field of the request.`;
    const hint = `Write one of them as its x-echoes: ${requestFields.join(', ') || 'there is none'}.`;
    report(resultPointer, message, hint);
    return [];
  });
  reportOthers(responses, { bundle, taken, seen: new Set(), report }, pointer, false);
  return Object.fromEntries(echoes);
}

/** Returns the schema that says what a property echoes: its own, or one that it is made of. */
function findEcho(bundle: JsonObject, schema: Json): JsonObject | undefined {
  if (!isObject(schema)) return undefined;
  if (typeof schema['x-echoes'] === 'string') return schema;
  const target = typeof schema.$ref === 'string' ? dereference(bundle, schema) : undefined;
  const parts = [...asArray(schema.allOf), ...(target === undefined ? [] : [target])];
  return parts.map((part) => findEcho(bundle, part)).find((echo) => echo !== undefined);
}

interface Walk {
  readonly bundle: JsonObject;
  readonly taken: ReadonlySet<Json>;
  readonly seen: Set<Json>;
  readonly report: ProblemReporter;
}

function reportOthers(node: Json | undefined, walk: Walk, pointer: string, isMap: boolean): void {
  const { bundle, taken, seen, report } = walk;
  if (typeof node !== 'object' || node === null || seen.has(node)) return;
  seen.add(node);
  if (isObject(node) && !isMap) {
    if (typeof node['x-echoes'] === 'string' && !taken.has(node)) {
      const message = 'x-echoes stands where nothing is compared with the request.';
      const hint =
        'Write it at a property of the result itself, beside the $ref of a schema that is used elsewhere too.';
      report(appendPointer(pointer, 'x-echoes'), message, hint);
    }
    if (typeof node.$ref === 'string') reportOthers(readPointer(bundle, node.$ref), walk, node.$ref, false);
  }
  for (const [key, value] of Object.entries(node)) {
    if (!isMap && data.has(key)) continue;
    reportOthers(value, walk, appendPointer(pointer, key), !isMap && maps.has(key) && isObject(value));
  }
}
