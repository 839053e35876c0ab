import type { components } from '@nexconn-kit/mock/console';

/** An operation of the document, as a form needs it: what the mock's own console makes its form from. */
export type DescribedOperation = components['schemas']['DocumentedOperation'];

/** A parameter of an operation, or a field of its body. */
export type DescribedField = components['schemas']['DocumentedField'];

/** An error of the document. */
export type DescribedError = components['schemas']['DescribeDocumentResult']['errors'][number];

/** What "Try it" is made from, read when the site is built. */
export interface Described {
  readonly operations: readonly DescribedOperation[];
  readonly errors: readonly DescribedError[];
  /** The names of the fields that say what became of a call. */
  readonly envelope: { readonly code: string; readonly message: string; readonly success: number };
  /** Those that every mock has, which it was told nothing else. */
  readonly appKey: string;
  readonly appSecret: string;
}
