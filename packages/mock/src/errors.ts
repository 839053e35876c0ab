/** Why a mock could not be made or started. */
export type MockErrorCode = 'INVALID_OPTION' | 'PORT_IN_USE' | 'LISTEN_FAILED';

/** A mock could not be made or started. */
export class MockError extends Error {
  override readonly name = 'MockError';
  readonly code: MockErrorCode;

  constructor(code: MockErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
