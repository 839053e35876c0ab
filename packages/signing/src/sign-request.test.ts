import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SigningError } from './errors.js';
import { signRequest } from './sign-request.js';
import { signingMiddleware } from './signing-middleware.js';
import type { SigningCredentials, SignRequestOptions } from './types.js';
import { signRequest as signRequestWithWebCrypto } from './webcrypto/index.js';

const appKey = 'uwd1c0sxdlx2';
const appSecret = 'Y1W2MeFwwwRxa0';

function thrownBy(act: () => unknown): SigningError {
  try {
    act();
  } catch (error) {
    if (error instanceof SigningError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('signRequest', () => {
  it('carries a fresh nonce of 18 hexadecimal digits each time', () => {
    const nonces = Array.from({ length: 1000 }, () => signRequest({ appKey, appSecret }).Nonce);
    expect(new Set(nonces).size).toBe(1000);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{18}$/);
  });

  it('makes every digit of the nonce vary', () => {
    const nonces = Array.from({ length: 1000 }, () => signRequest({ appKey, appSecret }).Nonce);
    for (let digit = 0; digit < 17; digit += 1) expect(new Set(nonces.map((nonce) => nonce[digit])).size).toBe(16);
  });

  it('ends each nonce in a letter, so that no digit of the timestamp can be taken for one of the nonce', async () => {
    const nonces = Array.from({ length: 1000 }, () => signRequest({ appKey, appSecret }).Nonce);
    nonces.push((await signRequestWithWebCrypto({ appKey, appSecret })).Nonce);
    for (const nonce of nonces) expect(nonce).toMatch(/[a-f]$/);
    expect(new Set(nonces.map((nonce) => nonce.at(-1))).size).toBe(6);
  });

  it('carries the present time in whole milliseconds', () => {
    const before = Date.now();
    const { Timestamp } = signRequest({ appKey, appSecret });
    expect(Timestamp).toMatch(/^\d{13}$/);
    expect(Number(Timestamp)).toBeGreaterThanOrEqual(before);
    expect(Number(Timestamp)).toBeLessThanOrEqual(Date.now());
  });

  it('takes options that are undefined for options that are absent', () => {
    const headers = signRequest({ appKey, appSecret, headerPrefix: undefined }, { now: undefined, nonce: undefined });
    expect(Object.keys(headers)).toEqual(['App-Key', 'Nonce', 'Timestamp', 'Signature']);
  });

  it('takes times from 1970 on, and as large as a number is exact', () => {
    for (const now of [0, Number.MAX_SAFE_INTEGER]) {
      expect(signRequest({ appKey, appSecret }, { now: () => now }).Timestamp).toBe(`${now}`);
    }
  });

  it('gives headers that fetch takes', () => {
    const headers = new Headers(signRequest({ appKey, appSecret, headerPrefix: 'RC-' }));
    expect(headers.get('rc-app-key')).toBe(appKey);
  });
});

const badCredentials: [problem: string, credentials: unknown, field: string][] = [
  ['no credentials', undefined, 'appKey'],
  ['null for credentials', null, 'appKey'],
  ['no App Key', { appSecret }, 'appKey'],
  ['an empty App Key', { appKey: '', appSecret }, 'appKey'],
  ['a number for an App Key', { appKey: 12, appSecret }, 'appKey'],
  ['an App Key with a line break', { appKey: `${appKey}\r\nX: y`, appSecret }, 'appKey'],
  ['an App Key that begins with a space', { appKey: ` ${appKey}`, appSecret }, 'appKey'],
  ['an App Key with a space', { appKey: `${appKey} `, appSecret }, 'appKey'],
  ['an App Key with a comma', { appKey: 'a,b', appSecret }, 'appKey'],
  ['an App Key outside ASCII', { appKey: 'é', appSecret }, 'appKey'],
  ['no App Secret', { appKey }, 'appSecret'],
  ['an empty App Secret', { appKey, appSecret: '' }, 'appSecret'],
  ['an App Secret in an object', { appKey, appSecret: { appSecret } }, 'appSecret'],
  ['an App Secret that ends in a line feed', { appKey, appSecret: `${appSecret}\n` }, 'appSecret'],
  ['an App Secret that ends in CR LF', { appKey, appSecret: `${appSecret}\r\n` }, 'appSecret'],
  ['an App Secret that begins with a byte order mark', { appKey, appSecret: `\uFEFF${appSecret}` }, 'appSecret'],
  ['an App Secret that begins with a space', { appKey, appSecret: ` ${appSecret}` }, 'appSecret'],
  ['an App Secret with a space in it', { appKey, appSecret: `x ${appSecret}` }, 'appSecret'],
  ['an App Secret with a no-break space', { appKey, appSecret: `${appSecret}\u00a0` }, 'appSecret'],
  ['an App Secret with NUL', { appKey, appSecret: `${appSecret}\0` }, 'appSecret'],
  ['an App Secret with an invisible character', { appKey, appSecret: `${appSecret}\u200b` }, 'appSecret'],
  ['an App Secret with a Hangul filler', { appKey, appSecret: `${appSecret}\u3164` }, 'appSecret'],
  ['an App Secret with a variation selector', { appKey, appSecret: `${appSecret}\ufe0f` }, 'appSecret'],
  ['an App Secret with half a surrogate pair', { appKey, appSecret: `${appSecret}\ud83d` }, 'appSecret'],
  ['an App Secret with a blank Braille cell', { appKey, appSecret: `${appSecret}\u2800` }, 'appSecret'],
  ['an App Secret that is a promise', { appKey, appSecret: Promise.resolve(appSecret) }, 'appSecret'],
  ['a String object for an App Secret', { appKey, appSecret: Object(appSecret) }, 'appSecret'],
  ['an unknown header prefix', { appKey, appSecret, headerPrefix: 'X-' }, 'headerPrefix'],
];

const badOptions: [problem: string, options: unknown, code: string, field: string][] = [
  ['an empty nonce', { nonce: () => '' }, 'INVALID_NONCE', 'nonce'],
  ['a number for a nonce', { nonce: () => 14314 }, 'INVALID_NONCE', 'nonce'],
  ['a nonce of 19 characters', { nonce: () => '1234567890123456789' }, 'INVALID_NONCE', 'nonce'],
  ['a nonce with a line break', { nonce: () => '1\n2' }, 'INVALID_NONCE', 'nonce'],
  ['a nonce that ends in a line break', { nonce: () => '12\n' }, 'INVALID_NONCE', 'nonce'],
  ['a nonce with a comma', { nonce: () => '1,2' }, 'INVALID_NONCE', 'nonce'],
  ['a nonce outside ASCII', { nonce: () => 'ü' }, 'INVALID_NONCE', 'nonce'],
  ['a fraction of a millisecond', { now: () => 1.5 }, 'INVALID_TIMESTAMP', 'now'],
  ['a time that is not a number', { now: () => Number.NaN }, 'INVALID_TIMESTAMP', 'now'],
  ['a time beyond what a number keeps exactly', { now: () => Number.MAX_SAFE_INTEGER + 1 }, 'INVALID_TIMESTAMP', 'now'],
  ['a time before 1970', { now: () => -1 }, 'INVALID_TIMESTAMP', 'now'],
  ['a time as text', { now: () => '1408710653000' }, 'INVALID_TIMESTAMP', 'now'],
];

describe('bad input', () => {
  it.each(badCredentials)('%s is refused by each signer, and the field is named', async (_, credentials, field) => {
    const bad = credentials as SigningCredentials;
    const expected = { code: 'INVALID_CREDENTIALS', field, message: expect.stringContaining(field) };
    expect(thrownBy(() => signRequest(bad))).toMatchObject(expected);
    expect(thrownBy(() => signingMiddleware(bad))).toMatchObject(expected);
    await expect(signRequestWithWebCrypto(bad)).rejects.toMatchObject(expected);
  });

  it.each(badOptions)('%s is refused by each signer, and the field is named', async (_, options, code, field) => {
    const bad = options as SignRequestOptions;
    const expected = { code, field, message: expect.stringContaining(field) };
    expect(thrownBy(() => signRequest({ appKey, appSecret }, bad))).toMatchObject(expected);
    await expect(signRequestWithWebCrypto({ appKey, appSecret }, bad)).rejects.toMatchObject(expected);
  });
});

it.each<[problem: string, credentials: unknown, message: string]>([
  ['an empty one', { appKey: '', appSecret }, 'appKey is empty; pass a non-empty string.'],
  ['none', { appKey }, 'appSecret is undefined; pass a non-empty string.'],
  ['another type', { appKey: 12, appSecret }, 'appKey is number; pass a non-empty string.'],
])('the message says of %s what it is', (_, credentials, message) => {
  expect(thrownBy(() => signRequest(credentials as SigningCredentials)).message).toBe(message);
});

describe('the secret', () => {
  it.each([...badCredentials])('does not show in the error about %s', (_, credentials) => {
    const error = thrownBy(() => signRequest(credentials as SigningCredentials));
    for (const text of shown(error)) expect(text).not.toContain(appSecret);
  });

  it.each(badOptions)('does not show in the error about %s', (_, options) => {
    const error = thrownBy(() => signRequest({ appKey, appSecret }, options as SignRequestOptions));
    for (const text of shown(error)) expect(text).not.toContain(appSecret);
  });

  it('does not show in the signed headers', () => {
    for (const text of shown(signRequest({ appKey, appSecret }))) expect(text).not.toContain(appSecret);
  });

  it('does not show in the middleware', () => {
    for (const text of shown(signingMiddleware({ appKey, appSecret }))) expect(text).not.toContain(appSecret);
  });

  it('does not show when it is passed as the App Key with a line break', () => {
    const error = thrownBy(() => signRequest({ appKey: `${appSecret}\n`, appSecret }));
    for (const text of shown(error)) expect(text).not.toContain(appSecret);
  });
});

/** Every way in which a value reaches a log. */
function shown(value: object): string[] {
  return [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    JSON.stringify(value),
    String(value),
    String((value as Error).message),
    String((value as Error).stack),
  ];
}

it.each([
  ['options', null],
  ['options', 'now'],
  ['now', { now: null }],
  ['now', { now: 5 }],
  ['nonce', { nonce: null }],
  ['nonce', { nonce: 'a' }],
])('the option %s of another kind, as in %o, is refused by name', async (field, options) => {
  const refusal = expect.objectContaining({ name: 'SigningError', code: 'INVALID_OPTION', field });
  const credentials = { appKey: 'a1', appSecret: 's3cret' };
  expect(() => signRequest(credentials, options as never)).toThrow(refusal);
  await expect(signRequestWithWebCrypto(credentials, options as never)).rejects.toEqual(refusal);
});
