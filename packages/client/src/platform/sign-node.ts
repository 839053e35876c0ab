import type { SigningCredentials, SignRequestOptions } from '@nexconn-kit/signing/node';
import { signRequest } from '@nexconn-kit/signing/node';

export { SigningError } from '@nexconn-kit/signing/node';

/** Signs at once. */
export function sign(
  credentials: SigningCredentials,
  options: SignRequestOptions,
): Record<string, string> | Promise<Record<string, string>> {
  return signRequest(credentials, options);
}
