/** Why a mock could not be made or started, or could not do what it was asked to. */
export type MockErrorCode =
  | 'APP_EXISTS'
  | 'APP_NOT_FOUND'
  | 'INVALID_DOCUMENT'
  | 'INVALID_FAULT'
  | 'INVALID_OPTION'
  | 'INVALID_REQUEST'
  | 'LISTEN_FAILED'
  | 'PORT_IN_USE'
  | 'SNAPSHOT_UNKNOWN'
  | 'WAIT_TIMED_OUT';

/** A mock could not be made or started, or could not do what it was asked to. */
export class MockError extends Error {
  override readonly name = 'MockError';
  readonly code: MockErrorCode;

  constructor(code: MockErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
