/** The stable codes of `CliError`. */
export type CliErrorCode = 'USAGE' | 'MISSING_CONFIGURATION' | 'PAGE_MISSING' | 'PORT_IN_USE' | 'LISTEN_FAILED';

/** A command cannot be carried out; the message is a sentence for the person at the terminal. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
