import { brandErrors } from './error-brand.js';

/** The stable codes of `SigningError`. */
export type SigningErrorCode = 'INVALID_CREDENTIALS' | 'INVALID_NONCE' | 'INVALID_TIMESTAMP' | 'INVALID_OPTION';

/** What an error holds beside its message. */
export interface SigningErrorDetails {
  readonly code: SigningErrorCode;
  /** The name of the input to mend, such as `appSecret` or `clockToleranceMs`. */
  readonly field: string;
  readonly cause?: unknown;
}

/** The error for an input that cannot be used; it names the field and never shows its value. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  readonly code: SigningErrorCode;
  /** The name of the input to mend, such as `appSecret` or `clockToleranceMs`. */
  readonly field: string;

  constructor(message: string, details: SigningErrorDetails) {
    super(message, details);
    this.code = details.code;
    this.field = details.field;
  }
}

brandErrors('signing', { SigningError });
