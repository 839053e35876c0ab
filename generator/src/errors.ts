import type { Problem } from './types.js';

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

function formatProblem({ file, line, column, pointer, message, hint }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return [`${place}  ${pointer}`.trimEnd(), `  ${message}`, ...(hint === '' ? [] : [`  → ${hint}`])].join('\n');
}
