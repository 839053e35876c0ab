import { asObject, readShape } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { findMarked, type LookedFor, type Mark, reportOtherMarks } from './marks.js';
import type { ProblemReporter, ResolvedOperation } from './types.js';

const mark: Mark = {
  name: 'x-echoes',
  problem: 'x-echoes stands where nothing is compared with the request.',
  hint: 'Write it at a property of the result itself, beside the $ref of a schema that is used elsewhere too.',
};

/** Where the answers of one operation stand. */
interface Answers extends Pick<ResolvedOperation, 'result' | 'resultPointer'> {
  readonly bundle: JsonObject;
  /** The names of extensions that the document has anywhere. */
  readonly extensions: ReadonlySet<string>;
  readonly responses: Json | undefined;
  /** Whether the request may have fields that have no name in the document. */
  readonly hasOthers: boolean;
  readonly pointer: string;
}

/**
 * Returns which field of the request each property of a result echoes.
 *
 * An `x-echoes` that names no field of the request is reported, and so is one that stands where nothing is compared. So is an
 * `x-mock` that repeats a field which the request has not.
 */
export function resolveEchoes(
  { bundle, extensions, hasOthers, result, resultPointer, responses, pointer }: Answers,
  requestFields: readonly string[],
  report: ProblemReporter,
): Record<string, string> {
  const taken = new Set<Json>();
  const properties = result === null ? [] : [...readShape(bundle, result).properties];
  const echoes = properties.flatMap(([name, schema]): [string, string][] => {
    const echo = findMarked(bundle, schema, mark);
    if (echo === undefined) return [];
    taken.add(echo);
    const field = echo['x-echoes'];
    if (typeof field !== 'string') return [];
    if (requestFields.includes(field)) return [[name, field]];
    const message = `The result's field ${name} echoes ${field}, which is no field of the request.`;
    const hint = `Write one of them as its x-echoes: ${requestFields.join(', ') || 'there is none'}.`;
    report(resultPointer, message, hint);
    return [];
  });
  const marks = [{ ...mark, taken }, filledWith(requestFields, hasOthers)];
  reportOtherMarks(responses, { bundle, marks, extensions, report }, pointer);
  return Object.fromEntries(echoes);
}

/** A mock has nothing to repeat where the request has no field of that name. */
function filledWith(requestFields: readonly string[], hasOthers: boolean): LookedFor {
  return {
    name: 'x-mock',
    problem: 'x-mock echoes what is no field of the request.',
    hint: `Write one of them as its echo: ${requestFields.join(', ') || 'there is none'}.`,
    taken: {
      has(schema) {
        const { echo } = asObject(asObject(schema)['x-mock']);
        return hasOthers || typeof echo !== 'string' || requestFields.includes(echo);
      },
    },
  };
}
