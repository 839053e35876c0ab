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

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('signing', this.code);
  }
}

brandErrors('signing', { SigningError });

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}
