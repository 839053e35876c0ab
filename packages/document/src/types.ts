import type { ApiDescription } from '@nexconn-kit/contract';

/** A place in the hand-written files. */
export interface SourcePosition {
  /** Path relative to the working directory, with forward slashes; absolute for a file outside of it. */
  readonly file: string;
  /** Counts from 1; 0 where no line can be named. */
  readonly line: number;
  readonly column: number;
  /** JSON pointer inside that file, as a fragment: `#/paths`. */
  readonly pointer: string;
}

/** A mistake in a document, and what to do about it. */
export interface Problem extends SourcePosition {
  readonly message: string;
  readonly hint: string;
}

/** An API as code, and where it came from. */
export interface LoadedDocument extends ApiDescription {
  /** Every file that it was read from: absolute path → a text that differs once the file is written again. */
  readonly files: ReadonlyMap<string, string>;
  /** What was left out of it and what looks like a mistake, each with its place and what to do; empty where there is neither. */
  readonly warnings: readonly Problem[];
}
