import type { Problem } from '@nexconn-kit/document';
import { formatProblems } from '@nexconn-kit/document/compiler';

/** The stable codes of `GenerateError`. */
export type GenerateErrorCode = 'GENERATE_FAILED';

/** What a `GenerateError` holds beside its message. */
export interface GenerateErrorDetails {
  readonly code: GenerateErrorCode;
  readonly problems: readonly Problem[];
}

/** The error of a run that writes nothing; each problem names its place and what to do. */
export class GenerateError extends Error {
  override readonly name = 'GenerateError';
  readonly code: GenerateErrorCode;
  readonly problems: readonly Problem[];

  constructor(message: string, { code, problems }: GenerateErrorDetails) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

/** Returns the error for these problems; its message lists them all. */
export function generateFailed(problems: readonly Problem[]): GenerateError {
  return new GenerateError(formatProblems(problems), { code: 'GENERATE_FAILED', problems });
}

/** Returns a problem of a whole file or folder. */
export function problemOf(file: string, message: string, hint: string): Problem {
  return { file, line: 0, column: 0, pointer: '', message, hint };
}
