/** One of the things that a segment selects. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step: number }
  | { readonly kind: 'filter'; readonly test: Expression };

/** A step of a query: from each node to some of its children, or of all that is below it. */
export interface Segment {
  readonly isDescendant: boolean;
  readonly selectors: readonly Selector[];
}

/** A query within a filter. */
export interface Query {
  readonly kind: 'query';
  readonly isRelative: boolean;
  readonly segments: readonly Segment[];
}

/** What a filter asks, or compares. */
export type Expression =
  | Query
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** What a JSONPath is not; `at` counts characters from 0. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}
