import { MockError, type MockErrorCode } from '../errors.js';
import type { components } from '../generated/console/types.gen.js';
import { ApiError } from '../http/api-error.js';

/** The codes of the console's errors. */
type ConsoleErrorCode = components['schemas']['ErrorCode'];

/** A call over HTTP that is refused before it comes to an operation. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly status: number;
  readonly code: ConsoleErrorCode;

  constructor(status: number, code: ConsoleErrorCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const statuses: Readonly<Partial<Record<MockErrorCode, number>>> & Readonly<Partial<Record<ConsoleErrorCode, number>>> =
  {
    APP_EXISTS: 409,
    APP_NOT_FOUND: 404,
    ENTRY_UNKNOWN: 404,
    INVALID_FAULT: 400,
    INVALID_OPTION: 400,
    INVALID_REQUEST: 400,
    SNAPSHOT_UNKNOWN: 404,
    WAIT_TIMED_OUT: 504,
  };

/** Returns the error over HTTP for whatever a call threw. */
export function toConsoleError(error: unknown): ConsoleError {
  if (error instanceof ConsoleError) return error;
  if (error instanceof MockError) {
    const status = statuses[error.code];
    if (status !== undefined) return new ConsoleError(status, error.code as ConsoleErrorCode, error.message);
  }
  if (error instanceof ApiError) {
    const tooLarge = error.status === 413;
    return new ConsoleError(error.status ?? 400, tooLarge ? 'BODY_TOO_LARGE' : 'INVALID_REQUEST', error.message);
  }
  return new ConsoleError(500, 'INTERNAL_ERROR', 'The mock failed inside.');
}
