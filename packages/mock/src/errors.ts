import { createOptionChecks, type OptionChecks } from './check-options.js';
import { brandErrors } from './error-brand.js';

/** Why a mock could not be created or started, or could not do what it was asked to. */
export type MockErrorCode =
  | 'APP_EXISTS'
  | 'APP_NOT_FOUND'
  | 'ENTRY_UNKNOWN'
  | 'INVALID_DOCUMENT'
  | 'INVALID_FAULT'
  | 'INVALID_OPTION'
  | 'INVALID_REQUEST'
  | 'LISTEN_FAILED'
  | 'MOCK_CLOSED'
  | 'PORT_IN_USE'
  | 'SNAPSHOT_UNKNOWN'
  | 'WAIT_TIMED_OUT';

/** What a `MockError` is made of beside its message. */
export interface MockErrorDetails {
  readonly code: MockErrorCode;
  /** The error behind it. */
  readonly cause?: unknown;
}

/** The error of a mock that could not be created or started, or could not do what it was asked to. */
export class MockError extends Error {
  override readonly name = 'MockError';
  readonly code: MockErrorCode;

  constructor(message: string, { code, ...options }: MockErrorDetails) {
    super(message, options);
    this.code = code;
  }

  /** The address of the page that says what the error means and what to do. Not in logs: no property of its own. */
  get docUrl(): string {
    return docUrlOf('mock', this.code);
  }
}

brandErrors('mock', { MockError });

/** Returns the address of what the documentation says of an error. The same stands in each package with errors; a test compares them. */
function docUrlOf(area: string, code: string): string {
  return `https://nexconn-kit.github.io/nexconn-kit/errors.html#${area}-${code}`;
}

/** Throws the error for a wrong option; `problem` begins with a verb. @throws {MockError} `INVALID_OPTION` */
export function refuseOption(option: string, problem: string): never {
  throw new MockError(`The option ${option} ${problem}`, { code: 'INVALID_OPTION' });
}

/** The checks of options. @throws {MockError} `INVALID_OPTION` */
export const optionChecks: OptionChecks = createOptionChecks(refuseOption);
