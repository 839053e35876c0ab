import { formatProblem } from './format-problem.js';
import type { Problem } from './types.js';

/** A document cannot be used; each problem says where it stands and what to do. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code = 'DOCUMENT_INVALID';
  readonly problems: readonly Problem[];
  /** The files that were read or looked for, as in `LoadedDocument`: a change of one of them may mend it. */
  readonly files: ReadonlyMap<string, string>;

  constructor(problems: readonly Problem[], files: ReadonlyMap<string, string> = new Map()) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
    this.files = files;
  }
}
