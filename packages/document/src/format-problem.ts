import type { Problem } from './types.js';

/** Says a problem in three lines: the place, what is wrong, what to do. */
export function formatProblem({ file, line, column, pointer, message, hint }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return [`${place}  ${pointer}`.trimEnd(), `  ${message}`, ...(hint === '' ? [] : [`  → ${hint}`])].join('\n');
}
