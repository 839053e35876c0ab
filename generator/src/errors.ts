import type { Problem } from '@nexconn-kit/document';
import { formatProblems } from '@nexconn-kit/document/compiler';

/** The stable codes of `GenerateError`. */
export type GenerateErrorCode = 'GENERATE_FAILED' | 'INVALID_OPTION';

/** What a `GenerateError` holds beside its message. */
export interface GenerateErrorDetails {
  readonly code: GenerateErrorCode;
  readonly problems: readonly Problem[];
}

/** The error of a run that writes nothing; each problem names its place and what to do. An option that is wrong has none. */
export class GenerateError extends Error {
  override readonly name = 'GenerateError';
  readonly code: GenerateErrorCode;
  readonly problems: readonly Problem[];

  constructor(message: string, { code, problems }: GenerateErrorDetails) {
    super(message);
    this.code = code;
    this.problems = problems;
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('generator', this.code);
  }
}

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/** Returns the error for these problems; its message lists them all. */
export function generateFailed(problems: readonly Problem[]): GenerateError {
  return new GenerateError(formatProblems(problems), { code: 'GENERATE_FAILED', problems });
}

/** Returns a problem of a whole file or folder. */
export function problemOf(file: string, message: string, hint: string): Problem {
  return { file, line: 0, column: 0, pointer: '', message, hint };
}
