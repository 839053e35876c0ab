/** Adds App Key and App Secret to a mock; the secret does not show when the mock is printed or turned into JSON. */
export function withCredentials<T extends object>(
  { appKey, appSecret }: { readonly appKey: string; readonly appSecret: string },
  mock: T,
): T & { readonly appKey: string; readonly appSecret: string } {
  const credentials = Object.defineProperty({ ...mock, appKey, appSecret }, 'appSecret', { enumerable: false });
  return Object.freeze(credentials);
}
