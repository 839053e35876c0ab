import { MockError } from '../errors.js';

/** @throws {MockError} INVALID_OPTION */
export function checkSetting(option: string, valid: boolean, expected: string): void {
  // The value stays out of the message: it may be a secret.
  if (!valid) throw new MockError('INVALID_OPTION', `The option ${option} must be ${expected}.`);
}
