import type { Problem } from '@nexconn-kit/document';
import { formatProblem } from '@nexconn-kit/document/build';

/** Thrown when nothing can be generated; every problem says where it stands and what to do. */
export class GenerateError extends Error {
  override name = 'GenerateError';
  readonly code = 'GENERATE_FAILED';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}
