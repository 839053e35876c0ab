import { createOptionChecks, type OptionChecks } from './check-options.js';
import { brandErrors } from './error-brand.js';

/** The stable codes of `TokenSourceError`: branch on these, never on a message. */
export type TokenSourceErrorCode =
  | 'INVALID_OPTION'
  | 'LOGIN_REQUIRED'
  | 'UNAVAILABLE'
  | 'REFUSED'
  | 'MALFORMED_ANSWER'
  | 'WRONG_USER'
  | 'TOKEN_FIXED'
  | 'STORAGE_FAILED'
  | 'CLEARED'
  | 'ABORTED';

/** What an error holds beside its message. */
export interface TokenSourceErrorDetails {
  readonly code: TokenSourceErrorCode;
  /** The HTTP status, where the app server answered. */
  readonly status?: number | undefined;
  /** The delay in milliseconds before the next call, where the app server sent `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  /** The `code` of the app server's answer, such as `ORIGIN_REFUSED`. */
  readonly serverCode?: string | undefined;
  /** The `message` of the app server's answer; at most 300 characters, without what may be a token or a session. */
  readonly serverMessage?: string | undefined;
  readonly cause?: unknown;
}

/** The base of every error of this package; holds no token. */
export class TokenSourceError extends Error {
  override readonly name: string = 'TokenSourceError';
  declare readonly code: TokenSourceErrorCode;
  /** The HTTP status, where the app server answered. */
  declare readonly status?: number;
  /** The delay in milliseconds before the next call, where the app server sent `Retry-After`. */
  declare readonly retryAfterMs?: number;
  /** The `code` of the app server's answer, such as `ORIGIN_REFUSED`. */
  declare readonly serverCode?: string;
  /** The `message` of the app server's answer; at most 300 characters, without what may be a token or a session. */
  declare readonly serverMessage?: string;

  constructor(message: string, { cause, ...details }: TokenSourceErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    for (const [name, value] of Object.entries(details))
      if (value !== undefined) Object.assign(this, { [name]: value });
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('token-source', this.code);
  }
}

/** The app server does not know the caller any more (401, or 403 without a reason of its own): have the user log in again. */
export class LoginRequiredError extends TokenSourceError {
  override readonly name = 'LoginRequiredError';
  declare readonly code: 'LOGIN_REQUIRED';
}

brandErrors('token-source', { TokenSourceError, LoginRequiredError });

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/** Returns the error for an answer that is not one of a token endpoint; `problem` begins with a verb and holds no value. */
export function malformedAnswer(problem: string): TokenSourceError {
  const message = `The answer of the app server ${problem}: check the token endpoint.`;
  return new TokenSourceError(message, { code: 'MALFORMED_ANSWER' });
}

/** The checks of options. @throws {TokenSourceError} INVALID_OPTION */
export const optionChecks: OptionChecks = createOptionChecks(refuseOption);

/** @throws {TokenSourceError} INVALID_OPTION */
export function refuseOption(option: string, problem: string): never {
  throw new TokenSourceError(`${option} ${problem}`, { code: 'INVALID_OPTION' });
}
