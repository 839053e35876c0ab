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

it('an App Key that is none explains nothing, and breaks nothing', () => {
  expect(explainMismatch({ ...signed, Signature: '0'.repeat(40) }, { appSecret: 'a' } as never)).toBeUndefined();
});

it('a source that is undefined, as a spread leaves it, stands for the default, whatever its name', () => {
  expect(signRequest(credentials, { now: undefined, other: undefined } as never)).toMatchObject({
    'App-Key': credentials.appKey,
  });
});
