/** Makes the function that names App Secrets without showing them: 16 hexadecimal digits of a SHA-256, app by app. */
export function createSecretId(appKey: string): (appSecret: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();

  async function digest(appSecret: string): Promise<string> {
    const bytes = new TextEncoder().encode(`nexconn app secret\n${appKey}\n${appSecret}`);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 8);
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  return function secretIdOf(appSecret) {
    const id = known.get(appSecret) ?? digest(appSecret);
    known.set(appSecret, id);
    return id;
  };
}
