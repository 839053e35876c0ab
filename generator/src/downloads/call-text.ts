import type { SampleBody } from '../samples/types.js';

/** Where the files send their calls, until somebody names another host: a mock on its usual port. */
export const baseUrl = 'http://127.0.0.1:4010';

/** Returns a JSON body of a call, in which nothing is a variable: `{{` would begin one. */
export function jsonText({ value }: SampleBody & { kind: 'json' }): string {
  return JSON.stringify(value, null, 2).replaceAll('{{', '{\\u007b');
}

/** Returns the lines of JavaScript that sign a request with `crypto-js`, which both programs bring as `cryptoJs`; `read` is how a program reads a variable. */
export function signingLines(read: (variable: string) => string): string[] {
  return [
    `const appKey = ${read('appKey')};`,
    `const appSecret = ${read('appSecret')};`,
    "if (!appKey || !appSecret) throw new Error('Set appKey and appSecret in the environment.');",
    '',
    '// A new nonce for every request, also for a retry; it ends in a letter.',
    "const nonce = cryptoJs.lib.WordArray.random(8).toString() + 'a';",
    'const timestamp = Date.now().toString();',
    'const signature = cryptoJs.SHA1(appSecret + nonce + timestamp).toString();',
  ];
}
