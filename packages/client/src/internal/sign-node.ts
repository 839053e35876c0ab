import type { SigningCredentials, SignRequestOptions } from '@nexconn-kit/signing';
import { signRequest } from '@nexconn-kit/signing';

/** Signs at once. */
export function sign(
  credentials: SigningCredentials,
  options: SignRequestOptions,
): Record<string, string> | Promise<Record<string, string>> {
  return signRequest(credentials, options);
}
