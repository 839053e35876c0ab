/** The stable codes of `CliError`. */
export type CliErrorCode =
  | 'USAGE'
  | 'MISSING_CONFIGURATION'
  | 'PAGE_MISSING'
  | 'PORT_IN_USE'
  | 'LISTEN_FAILED'
  | 'COMMAND_FAILED'
  | 'FILE_NOT_WRITTEN'
  | 'PACKAGE_MISSING'
  | 'STORE_UNAVAILABLE';

/** What an error holds beside its message. */
export interface CliErrorDetails {
  readonly code: CliErrorCode;
  readonly cause?: unknown;
}

/** The error for a command that cannot be carried out; its message is a sentence for the person at the terminal. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(message: string, { code, cause }: CliErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('cli', this.code);
  }
}

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
export function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/**
 * Returns what each of several readers of settings returns. All that is missing or wrong is told at once, a line each.
 *
 * @throws {CliError}
 */
export function readAll<Values extends readonly unknown[]>(
  ...readers: { readonly [Index in keyof Values]: () => Values[Index] }
): Values {
  const errors: CliError[] = [];
  const values = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error);
      return undefined;
    }
  });
  const [first, ...others] = errors;
  if (first === undefined) return values as unknown as Values;
  throw others.length === 0 ? first : new CliError(errors.map(({ message }) => message).join('\n'), first);
}

/** The command that was run against the mock ended with this exit code; it has said why itself. */
export class CommandEnded extends Error {
  override readonly name = 'CommandEnded';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`The command ended with exit code ${exitCode}.`);
    this.exitCode = exitCode;
  }
}

/** How the process ends; the help text states the same. */
export const exitCode = {
  done: 0,
  /** The call was refused, or something failed. */
  failed: 1,
  /** Wrong use, or a setting is missing. */
  usage: 2,
} as const;

/** One of the three exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
