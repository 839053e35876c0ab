/** Joins what the signature covers: nothing stands between the parts, and nothing else of the request is signed. */
export function stringToSign(appSecret: string, nonce: string, timestamp: string): string {
  return appSecret + nonce + timestamp;
}
