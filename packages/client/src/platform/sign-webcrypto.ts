import type { SigningCredentials, SignRequestOptions } from '@nexconn-kit/signing/webcrypto';
import { signRequest } from '@nexconn-kit/signing/webcrypto';

export { SigningError } from '@nexconn-kit/signing/webcrypto';

/** Signs by WebCrypto, which answers later. */
export function sign(
  credentials: SigningCredentials,
  options: SignRequestOptions,
): Record<string, string> | Promise<Record<string, string>> {
  return signRequest(credentials, options);
}
