import { formatProblem } from './internal/format-problem.js';
import type { Problem } from './types.js';

/** A document cannot be used; each problem says where it stands and what to do. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code = 'DOCUMENT_INVALID';
  readonly problems: readonly Problem[];
  /** Absolute paths of the files that were read or looked for: a change of one of them may mend it. */
  readonly files: readonly string[];

  constructor(problems: readonly Problem[], files: readonly string[] = []) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
    this.files = files;
  }
}
