import type { Json, JsonObject } from '../../json/types.js';
import type { Reading } from '../reading.js';
import type { Readings } from '../readings.js';
import type { Located, SchemaGraph } from '../schema-graph.js';
import { type Lines, literal, sum } from './code-text.js';
import type { Constants } from './constants.js';

/** What the checks of one document share. */
export interface Checks {
  readonly graph: SchemaGraph;
  readonly readings: Readings;
  readonly constants: Constants;
  /** The keywords that may be reported. */
  readonly keywords: Set<string>;
  /** Returns the name of the function of a schema, which is written once. */
  readonly functionOf: (target: Target) => string;
  /** Returns the checks of a value by a schema, in line. */
  readonly write: (schema: Json, pointer: string, place: Place, reading: Reading) => Lines;
}

/** A schema as one function checks it. */
export interface Target extends Located {
  readonly reading: Reading;
  /** The schemas that the same value is being checked by, as far as this one leads back to them. */
  readonly active: readonly string[];
  /** The fields that need not be there, since what refers to this schema has them `readOnly`, or in a result `writeOnly`. */
  readonly waived: readonly string[];
  /** Whether it notes which fields and items it has looked at, for `unevaluatedProperties` and `unevaluatedItems`. */
  readonly notes: boolean;
}

/** A place in the code of a function: the value at hand, the way to it, and the set in which evaluated keys are noted. */
export interface Place {
  readonly checks: Checks;
  readonly value: string;
  readonly path: readonly string[];
  readonly set: string | null;
  /** The fields of the value that need not be there, whichever schema demands them. */
  readonly waived: readonly string[];
  readonly target: Target;
  readonly variable: (prefix: string) => string;
}

/** A schema at its place in the document and in the code. */
export interface At {
  readonly schema: JsonObject;
  readonly pointer: string;
  readonly place: Place;
  readonly reading: Reading;
}

/** Returns the line that reports a broken rule. */
export function fail({ checks, path }: Place, keyword: string, limit?: string, name?: string): string {
  checks.keywords.add(keyword);
  const rest = name !== undefined ? [limit ?? 'undefined', name] : limit !== undefined ? [limit] : [];
  return `ok = e(${[sum(path), literal(keyword), ...rest].join(', ')});`;
}

/** Returns the types that a schema allows; undefined where it allows all. */
export function typesOf({ type }: JsonObject): readonly string[] | undefined {
  return type === undefined ? undefined : ([type].flat() as string[]);
}

/** An empty set of keys that a check has looked at. */
export const newSet = 'new Set()';

/** Returns the line that notes a key as evaluated, where somebody asks for that. */
export function note({ set }: Place, key: string): Lines {
  return set === null ? [] : [`${set}.add(${key});`];
}

/** Returns the line that notes in a set around what has been noted in another. */
export function handOn(own: string | null, outer: string | null): Lines {
  return own === null || outer === null ? [] : [`for (const key of ${own}) ${outer}.add(key);`];
}
