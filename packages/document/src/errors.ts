import { createOptionChecks, type OptionChecks } from './check-options.js';
import { brandErrors } from './error-brand.js';
import type { Problem } from './types.js';

/** The stable codes of `DocumentError`. */
export type DocumentErrorCode = 'DOCUMENT_INVALID' | 'INVALID_OPTION';

/** What a `DocumentError` holds beside its message. */
export interface DocumentErrorDetails {
  readonly code: DocumentErrorCode;
  /** Default: none. */
  readonly problems?: readonly Problem[] | undefined;
  /** Default: none. */
  readonly files?: ReadonlyMap<string, string> | undefined;
  readonly cause?: unknown;
}

/** The error of a document that cannot be used, each problem with its place and what to do, or of a wrong option. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: DocumentErrorCode;
  readonly problems: readonly Problem[];
  /** The files that were read or looked for, as in `LoadedDocument`: a change of one of them may mend it. */
  readonly files: ReadonlyMap<string, string>;

  constructor(message: string, { code, problems = [], files = new Map(), cause }: DocumentErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.problems = problems;
    this.files = files;
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('document', this.code);
  }
}

brandErrors('document', { DocumentError });

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/** Returns the error for these problems; its message lists them all. */
export function invalidDocument(problems: readonly Problem[], files: ReadonlyMap<string, string>): DocumentError {
  return new DocumentError(formatProblems(problems), { code: 'DOCUMENT_INVALID', problems, files });
}

/** Throws the error for a wrong option; `problem` begins with a verb. @throws {DocumentError} INVALID_OPTION */
export function refuseOption(option: string, problem: string): never {
  throw new DocumentError(`${option} ${problem}`, { code: 'INVALID_OPTION' });
}

/** Returns an option that is an AbortSignal or left out. @throws {DocumentError} INVALID_OPTION */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof signal?.removeEventListener === 'function') return signal;
  return refuseOption('signal', 'is no AbortSignal. Pass that of an AbortController, or leave it out.');
}

/** The checks of options. @throws {DocumentError} INVALID_OPTION */
export const optionChecks: OptionChecks = createOptionChecks(refuseOption);

/** Returns three lines for each problem: the place, what is wrong, what to do. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ file, line, column, pointer, message, hint }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return [`${place}  ${pointer}`.trimEnd(), `  ${message}`, ...(hint === '' ? [] : [`  → ${hint}`])].join('\n');
}
