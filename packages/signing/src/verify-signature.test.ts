import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createNonceStore } from './create-nonce-store.js';
import { signRequest } from './sign-request.js';
import { sha1Hex } from './signature/sha1-hex.js';
import type { NonceStore, RequestHeaders, VerifySignatureOptions } from './types.js';
import { verifySignature } from './verify-signature.js';

const appKey = 'uwd1c0sxdlx2';
const appSecret = 'Y1W2MeFwwwRxa0';
const nowMs = 1408710653000;
const signed = signRequest({ appKey, appSecret }, { now: () => nowMs, nonce: () => '14314' });

function verify(headers: RequestHeaders, options: Partial<VerifySignatureOptions> = {}) {
  return verifySignature(headers, {
    secretFor: (key) => (key === appKey ? appSecret : undefined),
    now: () => nowMs,
    ...options,
  });
}

describe('a signed request', () => {
  it('verifies with the nonce and time that signRequest takes by itself', () => {
    for (let run = 0; run < 500; run += 1) {
      const headers = signRequest({ appKey, appSecret, headerPrefix: run % 2 ? 'RC-' : '' });
      expect(verify(headers, { now: Date.now })).toEqual({ ok: true, appKey });
    }
  });

  it('is refused when any one character of any header is another', () => {
    for (const [name, value] of Object.entries(signed)) {
      for (let index = 0; index < value.length; index += 1) {
        const other = value[index] === '1' ? '2' : '1';
        const headers = { ...signed, [name]: value.slice(0, index) + other + value.slice(index + 1) };
        expect(verify(headers, { secretFor: () => appSecret, clockToleranceMs: Number.POSITIVE_INFINITY }).ok).toBe(
          // The App Key is not signed: only secretFor ties it to the secret.
          name === 'App-Key',
        );
      }
    }
  });

  it('is refused when any one character is missing at the end of any header', () => {
    for (const [name, value] of Object.entries(signed)) {
      expect(verify({ ...signed, [name]: value.slice(0, -1) })).toMatchObject({ ok: false });
    }
  });

  it('verifies from Headers, a Map, a record and a record of lists, in any case', () => {
    const upper = Object.entries(signed).map(([name, value]) => [name.toUpperCase(), value] as const);
    expect(verify(new Headers(signed)).ok).toBe(true);
    expect(verify(new Map(upper)).ok).toBe(true);
    expect(verify(Object.fromEntries(upper)).ok).toBe(true);
    expect(verify(Object.fromEntries(upper.map(([name, value]) => [name, [value]]))).ok).toBe(true);
  });

  it('verifies when it carries both names of a header with one value', () => {
    expect(verify({ ...signed, 'RC-Nonce': signed.Nonce }).ok).toBe(true);
  });
});

describe('the form of the headers', () => {
  it.each(['App-Key', 'Nonce', 'Timestamp', 'Signature'] as const)('names %s when it is missing', (header) => {
    expect(verify({ ...signed, [header]: undefined })).toMatchObject({ reason: 'header-missing', header });
    expect(verify({ ...signed, [header]: '' })).toMatchObject({ reason: 'header-missing', header });
  });

  it.each(['App-Key', 'Nonce', 'Timestamp', 'Signature'] as const)('refuses two values of %s', (header) => {
    const twice = new Headers(signed);
    twice.append(header, 'other');
    const expected = { reason: 'header-duplicated', header };
    expect(verify(twice)).toMatchObject(expected);
    expect(verify({ ...signed, [header]: [signed[header], 'other'] })).toMatchObject(expected);
    expect(verify({ ...signed, [`rc-${header}`]: 'other' })).toMatchObject(expected);
    expect(verify({ ...signed, [header.toLowerCase()]: 'other', [header]: signed[header] })).toMatchObject(expected);
  });

  it.each([
    '',
    '-1',
    '1e12',
    '1408710653000.0',
    ' 1408710653000',
    '0x148',
    '٣٤',
    '1'.repeat(16),
    '1408710653000x',
    '0x',
    '01408710653000',
    '00',
  ])('refuses the timestamp "%s"', (timestamp) => {
    const reason = timestamp ? 'timestamp-malformed' : 'header-missing';
    expect(verify({ ...signed, Timestamp: timestamp })).toMatchObject({ reason, header: 'Timestamp' });
  });

  it.each(['0', '1', '9', '10', '140871065300', '999999999999999'])('takes the timestamp "%s"', (timestamp) => {
    const headers = signRequest({ appKey, appSecret }, { now: () => Number(timestamp) });
    expect(headers.Timestamp).toBe(timestamp);
    expect(verify(headers, { clockToleranceMs: Number.POSITIVE_INFINITY })).toEqual({ ok: true, appKey });
  });

  it('does not take names of the object prototype for headers', () => {
    expect(verify({ ...signed, constructor: 'x', 'rc-__proto__': 'y' }).ok).toBe(true);
  });
});

describe('the App Key', () => {
  it.each([undefined, ''])('is unknown when its secret is %j', (secret) => {
    const forged = signRequest({ appKey, appSecret: 'x' }, { now: () => nowMs });
    expect(verify(forged, { secretFor: () => secret })).toMatchObject({ reason: 'app-key-unknown', header: 'App-Key' });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'is unknown where a record of secrets has inherited "%s"',
    (inherited) => {
      const secrets: Record<string, string> = { [appKey]: appSecret };
      const text = String(secrets[inherited]);
      const Signature = sha1Hex(`${text}14314${nowMs}`);
      const forged = { ...signed, 'App-Key': inherited, Signature };
      expect(verify(forged, { secretFor: (key) => secrets[key] })).toMatchObject({ reason: 'app-key-unknown' });
    },
  );

  it.each([
    ['a promise', Promise.resolve(appSecret)],
    ['a number', 7],
    ['true', true],
    ['an object', { toString: () => appSecret }],
    ['a list', [appSecret]],
    ['null', null],
    ['a String object', Object(appSecret)],
  ])('is unknown when its secret is %s, whose text anybody could sign with', (_, secret) => {
    const forged = { ...signed, Signature: sha1Hex(`${secret}14314${nowMs}`) };
    expect(verify(forged, { secretFor: () => secret as never })).toMatchObject({ reason: 'app-key-unknown' });
  });
});

describe('the clock', () => {
  it('refuses by the tolerance that is set and reports the skew', () => {
    const options = { clockToleranceMs: 1000, now: () => nowMs + 1001 };
    expect(verify(signed, options)).toMatchObject({ reason: 'clock-skew', header: 'Timestamp', skewMs: -1001 });
    expect(verify(signed, { ...options, now: () => nowMs + 1000 }).ok).toBe(true);
  });

  it.each([Number.NaN, -1, Number.NEGATIVE_INFINITY])(
    'has no tolerance of %s, which no request could pass',
    (wrong) => {
      expect(() => verify(signed, { clockToleranceMs: wrong })).toThrow(
        expect.objectContaining({
          ...{ name: 'SigningError', code: 'INVALID_OPTION', field: 'clockToleranceMs' },
          message: `clockToleranceMs is ${wrong}. Pass milliseconds from 0 to Infinity.`,
        }),
      );
    },
  );

  it('takes a tolerance of 0', () => {
    expect(verify(signed, { clockToleranceMs: 0 }).ok).toBe(true);
    expect(verify(signed, { clockToleranceMs: 0, now: () => nowMs + 1 })).toMatchObject({ reason: 'clock-skew' });
  });

  it('refuses everything while it gives no number', () => {
    expect(verify(signed, { now: () => Number.NaN })).toMatchObject({ reason: 'clock-skew' });
  });
});

describe('the nonce store', () => {
  it.each([
    ['a promise, as of a store that others share', async () => true],
    ['nothing', () => undefined],
    ['itself, as a Set does', () => new Set()],
    ['a text', () => 'OK'],
  ])('refuses every request where it returns %s', (_, add) => {
    const nonceStore = { add: add as unknown as NonceStore['add'] };
    expect(verify(signed, { nonceStore })).toMatchObject({ ok: false, reason: 'nonce-replayed' });
  });

  it('is not asked about a request that is refused for another reason', () => {
    const asked: string[] = [];
    const nonceStore = { add: (_: string, nonce: string) => asked.push(nonce) > 0 };
    verify({ ...signed, Signature: '0'.repeat(40) }, { nonceStore });
    verify(signed, { nonceStore, now: () => 0 });
    verify(signed, { nonceStore, secretFor: () => undefined });
    expect(asked).toEqual([]);
  });

  it('is given the moment after which the timestamp is refused anyway', () => {
    const expiries: number[] = [];
    const nonceStore = { add: (_key: string, _nonce: string, expiresAtMs: number) => expiries.push(expiresAtMs) > 0 };
    verify(signed, { nonceStore, clockToleranceMs: 7000 });
    expect(new Set(expiries)).toEqual(new Set([nowMs + 7000]));
  });

  it('lets a request through once only, to the last moment of the tolerance', () => {
    let time = nowMs;
    const now = () => time;
    const options = { nonceStore: createNonceStore({ now }), now };
    expect(verify(signed, options).ok).toBe(true);
    time += 300_000;
    expect(verify(signed, options)).toMatchObject({ reason: 'nonce-replayed', header: 'Nonce' });
    time += 1;
    expect(verify(signed, options)).toMatchObject({ reason: 'clock-skew' });
  });

  it('knows a request again whose digits were moved between nonce and timestamp, which the signature does not notice', () => {
    for (const clockToleranceMs of [300_000, Number.POSITIVE_INFINITY]) {
      const options = { nonceStore: createNonceStore({ now: () => nowMs }), clockToleranceMs };
      const sent = signRequest({ appKey, appSecret }, { now: () => nowMs, nonce: () => 'abc12300' });
      expect(verify(sent, options).ok).toBe(true);
      const text = sent.Nonce + sent.Timestamp;
      for (let length = 1; length < text.length; length += 1) {
        const moved = { ...sent, Nonce: text.slice(0, length), Timestamp: text.slice(length) };
        expect(verify(moved, options)).toMatchObject({ ok: false });
      }
    }
  });

  it.each([
    [1e12 + 600_000, 1],
    [1e12 + 599_999, 2],
    [1e13 - 600_001, 1],
    [1e13 - 600_000, 2],
    [1, 2],
    [1e14, 2],
  ])(
    'is given at %i %i text: two where digits could be moved to another timestamp of that time',
    (timestamp, count) => {
      const texts: string[] = [];
      const nonceStore: NonceStore = { add: (_, text) => texts.push(text) > 0 };
      const now = () => timestamp;
      const headers = signRequest({ appKey, appSecret }, { now, nonce: () => 'abc' });
      expect(verify(headers, { nonceStore, now })).toEqual({ ok: true, appKey });
      expect(texts).toEqual(['abc', `abc${timestamp}`].slice(0, count));
    },
  );

  it('refuses what it has seen of one of the two texts alone', () => {
    const now = () => 1;
    const headers = signRequest({ appKey, appSecret }, { now, nonce: () => 'abc' });
    for (const seen of ['abc', 'abc1']) {
      const nonceStore = { add: (_: string, text: string) => text !== seen };
      expect(verify(headers, { nonceStore, now })).toMatchObject({ reason: 'nonce-replayed' });
    }
  });

  it('refuses a nonce under another timestamp too', () => {
    const options = { nonceStore: createNonceStore({ now: () => nowMs }) };
    const at = (ms: number) => signRequest({ appKey, appSecret }, { now: () => ms, nonce: () => 'same' });
    expect(verify(at(nowMs), options).ok).toBe(true);
    expect(verify(at(nowMs + 1), options)).toMatchObject({ reason: 'nonce-replayed' });
  });

  it('lets requests through whose nonces differ', () => {
    const options = { nonceStore: createNonceStore({ now: () => nowMs }) };
    for (const nonce of ['abc', 'abd', 'ab', '1', '2', '12']) {
      const headers = signRequest({ appKey, appSecret }, { now: () => nowMs, nonce: () => nonce });
      expect(verify(headers, options)).toEqual({ ok: true, appKey });
      expect(verify(headers, options)).toMatchObject({ reason: 'nonce-replayed' });
    }
  });
});

describe('an option', () => {
  it.each(['nonceStor', 'clockTolerance', 'nonces'])('%s, which there is not, is refused by name', (wrong) => {
    const options = { [wrong]: createNonceStore() };
    expect(() => verify(signed, options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', field: wrong }));
  });

  it('that is null is refused by name, and one that is undefined stands for its default', () => {
    const given = (nonceStore: unknown) => () => verify(signed, { nonceStore } as never);
    expect(given(null)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', field: 'nonceStore' }));
    expect(given(undefined)()).toEqual({ ok: true, appKey });
  });
});

describe('the options', () => {
  it.each([
    ['nonceStor', { secretFor: (): string => appSecret, nonceStor: createNonceStore() }],
    ['nonceStore', { secretFor: (): string => appSecret, nonceStore: null }],
    ['now', { secretFor: (): string => appSecret, now: 5 }],
    ['secretFor', {}],
    ['secretFor', { secretFor: { [appKey]: appSecret } }],
    ['options', null],
  ])('names %s where it is wrong: without a guard each request could be sent again', (field, options) => {
    const verifying = () => verifySignature(signed, options as unknown as VerifySignatureOptions);
    expect(verifying).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', field }));
  });
});

describe('a refusal', () => {
  it('says what was wrong with which header', () => {
    const messageOf = (headers: RequestHeaders, options: Partial<VerifySignatureOptions> = {}) => {
      const result = verify(headers, options);
      return result.ok ? 'fine' : result.message;
    };
    expect([
      messageOf({ ...signed, Nonce: 'a'.repeat(19) }),
      messageOf({ ...signed, Timestamp: '01' }),
      messageOf(signed, { secretFor: () => undefined }),
      messageOf({ ...signed, Signature: '0'.repeat(40) }),
      messageOf({ ...signed, Signature: signed.Signature.toUpperCase() }),
      messageOf(signed, { now: () => nowMs + 300_001 }),
      messageOf(signed, { nonceStore: { add: () => false } }),
    ]).toEqual([
      'Nonce has 19 characters; the limit is 18.',
      'Timestamp is not Unix milliseconds in decimal digits, without leading zeros.',
      'App-Key has no App Secret here; check the key.',
      'Signature is not the lower-case hex SHA-1 of App Secret + Nonce + Timestamp.',
      'Signature is not the lower-case hex SHA-1 of App Secret + Nonce + Timestamp: upper-case.',
      'Timestamp is -300001 ms from now; 300000 are allowed. Send current milliseconds.',
      'Nonce was used before; sign each attempt anew.',
    ]);
  });

  it.each([
    [99_999_999_999, 'seconds'],
    [100_000_000_000, undefined],
  ])('of the timestamp %i, of 11 or 12 digits, names the cause %s', (timestamp, cause) => {
    const early = signRequest({ appKey, appSecret }, { now: () => timestamp });
    const refused = verify(early);
    expect(refused).toMatchObject({ reason: 'clock-skew' });
    expect('cause' in refused ? refused.cause : undefined).toBe(cause);
  });

  it('shows neither the secret nor the signature that was expected', () => {
    const refused = verify({ ...signed, Signature: '0'.repeat(40) });
    const text = inspect(refused, { showHidden: true, depth: Number.POSITIVE_INFINITY }) + JSON.stringify(refused);
    expect(refused.ok).toBe(false);
    expect(text).not.toContain(appSecret);
    expect(text).not.toContain(signed.Signature);
    expect(text).not.toContain('0'.repeat(40));
  });
});
