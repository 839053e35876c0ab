/** The stable codes of `SigningError`. */
export type SigningErrorCode = 'INVALID_CREDENTIALS' | 'INVALID_NONCE' | 'INVALID_TIMESTAMP' | 'INVALID_OPTION';

/** Thrown when what was given cannot be used; names the field, never shows its value. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  readonly code: SigningErrorCode;
  /** The input to mend: `appKey`, `appSecret`, `headerPrefix`, `nonce`, `now` or `capacity`. */
  readonly field: string;

  constructor(code: SigningErrorCode, field: string, problem: string) {
    super(`${field} ${problem}`);
    this.code = code;
    this.field = field;
  }
}
