import { describe, expect, it } from 'vitest';
import * as signing from './index.js';
import { signRequest as signByWebCrypto } from './webcrypto/index.js';

const { explainMismatch, signRequest, signingMiddleware, verifySignature } = signing;
const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const signed = signRequest(credentials);
const secretFor = () => credentials.appSecret;
const verifyWith = (options: object) => verifySignature(signed, { secretFor, ...options } as never);

const cases: [name: string, field: string, call: () => unknown][] = [
  ...[null, undefined, 5, 'App-Key: a'].flatMap((headers): typeof cases => [
    [`verifySignature of ${headers}`, 'headers', () => verifySignature(headers as never, { secretFor })],
    [`explainMismatch of ${headers}`, 'headers', () => explainMismatch(headers as never, credentials)],
  ]),
  ['explainMismatch by null', 'credentials', () => explainMismatch(signed, null as never)],
  ['explainMismatch by nothing', 'credentials', () => explainMismatch({}, undefined as never)],
  ['verifySignature by nothing', 'options', () => verifySignature(signed, undefined as never)],
  ['a tolerance that is a text', 'clockToleranceMs', () => verifyWith({ clockToleranceMs: '5' })],
  ['a store that is none', 'nonceStore.add', () => verifyWith({ nonceStore: {} })],
  ['a store that is a number', 'nonceStore.add', () => verifyWith({ nonceStore: 0 })],
  ['a capacity that is a text', 'capacity', () => signing.createNonceStore({ capacity: '5' as never })],
  ['a misspelt source', 'nonces', () => signRequest(credentials, { nonces: () => 'a' } as never)],
  ['a misspelt source', 'clock', () => signByWebCrypto(credentials, { clock: Date.now } as never)],
  ['a misspelt source', 'clock', () => signingMiddleware(credentials, { clock: Date.now } as never)],
  ['a source that is null', 'now', () => signRequest(credentials, { now: null } as never)],
  ...[new Map([['nonce', 'a']]), Promise.resolve({ nonce: () => 'a' }), []].flatMap((options): typeof cases => [
    [`signRequest by ${options}`, 'options', () => signRequest(credentials, options as never)],
    [`WebCrypto by ${options}`, 'options', () => signByWebCrypto(credentials, options as never)],
    [`the middleware by ${options}`, 'options', () => signingMiddleware(credentials, options as never)],
    [`verifySignature by ${options}`, 'options', () => verifySignature(signed, options as never)],
    [`createNonceStore by ${options}`, 'options', () => signing.createNonceStore(options as never)],
  ]),
  ...[[5], [[5, 'a']], [null], new Set(['App-Key']), new Map([[5, 'a']])].flatMap((headers): typeof cases => [
    ['verifySignature of no pairs', 'headers', () => verifySignature(headers as never, { secretFor })],
    ['explainMismatch of no pairs', 'headers', () => explainMismatch(headers as never, credentials)],
  ]),
  ...[Symbol('a'), Object.create(null), true, {}, [Symbol('a')], new Map()].map((value): (typeof cases)[number] => [
    'verifySignature of a value that is no text',
    'headers.Nonce',
    () => verifySignature({ ...signed, Nonce: value } as never, { secretFor }),
  ]),
  ...[undefined, null, {}, { request: null }, { request: new Map() }].map((context): (typeof cases)[number] => [
    'a request that is none',
    'request.headers.set',
    () => signingMiddleware(credentials).onRequest(context as never),
  ]),
  ['a time that is a text', 'now', () => verifyWith({ now: () => '5' })],
  ['a time that is a BigInt', 'now', () => verifyWith({ now: () => 5n })],
  ['options that are a text', 'options', () => signRequest(credentials, 'now' as never)],
];

describe('what has a wrong shape is refused by its name', () => {
  it.each(cases)('%s: %s', async (_, field, call) => {
    await expect((async () => call())()).rejects.toMatchObject({ name: 'SigningError', code: 'INVALID_OPTION', field });
  });
});

it('a prefix that is none is refused, even an empty one of another kind', () => {
  for (const headerPrefix of [null, 0, false]) {
    const sign = () => signRequest({ ...credentials, headerPrefix } as never);
    expect(sign).toThrow(expect.objectContaining({ code: 'INVALID_CREDENTIALS', field: 'headerPrefix' }));
  }
});

it.each([undefined, Symbol('a'), Object.create(null), 5])(
  'an App Key that is none explains nothing, and breaks nothing',
  (appKey) => {
    const headers = { ...signed, Signature: '0'.repeat(40) };
    expect(explainMismatch(headers, { appSecret: 'a', appKey } as never)).toBeUndefined();
  },
);

class Credentials {
  get appKey() {
    return credentials.appKey;
  }
  get appSecret() {
    return credentials.appSecret;
  }
}

class Sources {
  get nonce() {
    return () => 'nonce1';
  }
  method() {}
}

it('what a class reads is taken, as a property is', async () => {
  const request = { headers: new Headers() };
  signingMiddleware(new Credentials(), new Sources()).onRequest({ request });
  const [own, options] = [new Credentials(), new Sources()];
  for (const headers of [request.headers, signRequest(own, options), await signByWebCrypto(own, options)]) {
    expect(verifySignature(headers, { secretFor })).toEqual({ ok: true, appKey: credentials.appKey });
    expect(new Headers(headers).get('nonce')).toBe('nonce1');
  }
});

it('values that are numbers, and lists of one, are read as texts', () => {
  const headers = { ...signed, Timestamp: Number(signed.Timestamp), Nonce: [signed.Nonce] };
  expect(verifySignature(headers as never, { secretFor })).toMatchObject({ ok: true });
  const twice = { ...signed, Nonce: [signed.Nonce, signed.Nonce] };
  expect(verifySignature(twice, { secretFor })).toMatchObject({ ok: false, reason: 'header-duplicated' });
});

it('a source that is undefined, as a spread leaves it, stands for the default, whatever its name', () => {
  expect(signRequest(credentials, { now: undefined, other: undefined } as never)).toMatchObject({
    'App-Key': credentials.appKey,
  });
});
