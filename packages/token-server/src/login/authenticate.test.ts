import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opaqueUserId } from '@nexconn-kit/token-service';
import { SignJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSecret } from '../settings/read-secret.js';
import { variableOf } from '../settings/serve-settings.js';
import { createAuthenticator } from './authenticate.js';

const jwtSecret = 'a shared secret of at least thirty-two bytes';
const userIdKey = 'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2';

interface Setting {
  readonly refused: string[];
  readonly idOf: (token: string) => Promise<string | undefined>;
}

function makeAuthenticator(env: Record<string, string> = {}, header?: string): Setting {
  const refused: string[] = [];
  const listener = { onRefused: (reason: string) => refused.push(reason), onNameless() {}, onFitted() {} };
  const secrets = header === undefined ? { NEXCONN_JWT_SECRET: jwtSecret, ...env } : env;
  const authenticate = createAuthenticator({}, secrets, header, listener);
  const name = header ?? 'authorization';
  const request = (value: string) => new Request('http://localhost/access-token', { headers: { [name]: value } });
  return { refused, idOf: async (value) => (await authenticate(request(value)))?.userId };
}

/** A JWT whose payload has the user ID as written, since JSON.stringify knows no other way to write a number. */
async function signRaw(sub: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const jwt = new SignJWT({ exp }).setProtectedHeader({ alg: 'HS256' });
  // The library signs what it encodes: the text takes the place of what it would write.
  const payload = Buffer.from(`{"exp":${exp},"sub":${sub}}`).toString('base64url');
  const [head = ''] = (await jwt.sign(Buffer.from(jwtSecret))).split('.');
  const key = await crypto.subtle.importKey('raw', Buffer.from(jwtSecret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(`${head}.${payload}`));
  return `Bearer ${head}.${payload}.${Buffer.from(signature).toString('base64url')}`;
}

/** A JWT of this header and these claims, with its HMAC by SHA-256 whatever the header says. */
function signWith(header: object, claims: object, secret = jwtSecret): string {
  const [head, body] = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
}

describe('a JWT by the shared secret', () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'ada', exp: now + 60 };
  const good = signWith({ alg: 'HS256' }, claims);
  const [head = '', body = '', signature = ''] = good.split('.');
  const last = signature.at(-1) === 'A' ? 'B' : 'A';
  const other = signWith({ alg: 'HS256' }, { ...claims, sub: 'eve' }).split('.')[1];

  test.each([
    ['of a plain header', good],
    ['with its type and a key ID', signWith({ alg: 'HS256', typ: 'JWT', kid: '1' }, claims)],
    ['with a field that nobody asks for', signWith({ alg: 'HS256', x: 1 }, claims)],
  ])('%s is accepted', async (_, token) => {
    const { idOf, refused } = makeAuthenticator();
    expect([await idOf(`Bearer ${token}`), refused]).toEqual(['ada', []]);
  });

  test.each([
    ['of another secret', signWith({ alg: 'HS256' }, claims, `${jwtSecret}.`), 'SIGNATURE_VERIFICATION_FAILED'],
    ['with other claims', `${head}.${other}.${signature}`, 'SIGNATURE_VERIFICATION_FAILED'],
    ['with another signature', `${head}.${body}.${last}${signature.slice(1)}`, 'SIGNATURE_VERIFICATION_FAILED'],
    ['with half a signature', `${head}.${body}.${signature.slice(0, 20)}`, 'SIGNATURE_VERIFICATION_FAILED'],
    ['without a signature', `${head}.${body}.`, 'SIGNATURE_VERIFICATION_FAILED'],
    ['with a fourth part', `${good}.${signature}`, 'JWS_INVALID'],
    ['of no algorithm', signWith({ alg: 'none' }, claims), 'ALG_NOT_ALLOWED'],
    ['of another hash than is allowed', signWith({ alg: 'HS512' }, claims), 'ALG_NOT_ALLOWED'],
    ['of a list of algorithms', signWith({ alg: ['HS256'] }, claims), 'JWS_INVALID'],
    ['with a critical extension', signWith({ alg: 'HS256', crit: ['x'], x: 1 }, claims), 'NOT_SUPPORTED'],
    ['whose payload is not encoded', signWith({ alg: 'HS256', b64: false, crit: ['b64'] }, claims), 'JWT_INVALID'],
    ['whose header is no object', signWith([], claims), 'JWS_INVALID'],
    ['whose claims are no object', signWith({ alg: 'HS256' }, []), 'JWT_INVALID'],
    ['that has expired', signWith({ alg: 'HS256' }, { ...claims, exp: now - 60 }), 'JWT_EXPIRED'],
    ['that never expires', signWith({ alg: 'HS256' }, { sub: 'ada' }), 'JWT_CLAIM_VALIDATION_FAILED'],
    ['of the future', signWith({ alg: 'HS256' }, { ...claims, nbf: now + 60 }), 'JWT_CLAIM_VALIDATION_FAILED'],
  ])('%s is refused', async (_, token, code) => {
    const { idOf, refused } = makeAuthenticator();
    expect([await idOf(`Bearer ${token}`), refused]).toEqual([undefined, [expect.stringMatching(code)]]);
  });
});

describe('a JWT whose time', () => {
  const later = Math.floor(Date.now() / 1000) + 60;

  test.each([
    ['of expiry is beyond all numbers', '"exp":1e400'],
    ['of expiry is beyond all dates', '"exp":1e308'],
    ['of expiry is in milliseconds', `"exp":${later}000`],
    ['of its begin is before all numbers', '"nbf":-1e400'],
    ['of issue is beyond all numbers', '"iat":1e400'],
  ])('%s is refused, though it is a number', async (_, claim) => {
    const { idOf, refused } = makeAuthenticator();
    expect([await idOf(await signRaw(`"ada",${claim}`)), refused]).toEqual([undefined, ['UNUSABLE_TIME']]);
  });

  test.each([
    ['of expiry is of the past', '"exp":-1', 'EXPIRED'],
    ['of expiry is zero', '"exp":-0', 'EXPIRED'],
    ['of expiry is a text', `"exp":"${later}"`, 'CLAIM_VALIDATION_FAILED'],
    ['of expiry is a list', `"exp":[${later}]`, 'CLAIM_VALIDATION_FAILED'],
    ['of expiry is null', '"exp":null', 'CLAIM_VALIDATION_FAILED'],
    ['of its begin never comes', '"nbf":1e400', 'CLAIM_VALIDATION_FAILED'],
    ['of its begin is a text', '"nbf":"0"', 'CLAIM_VALIDATION_FAILED'],
    ['of issue is a text', '"iat":"0"', 'CLAIM_VALIDATION_FAILED'],
  ])('%s is refused', async (_, claim, code) => {
    const { idOf, refused } = makeAuthenticator();
    expect([await idOf(await signRaw(`"ada",${claim}`)), refused]).toEqual([undefined, [expect.stringMatching(code)]]);
  });

  test.each([
    ['of expiry has a fraction', `"exp":${later}.5`],
    ['of expiry is the last of the year 9999', '"exp":253402300799'],
    ['of its begin is that of the Unix epoch', '"nbf":-0'],
    ['of issue is before the Unix epoch', '"iat":-1.5'],
    ['of issue is in milliseconds, which nobody goes by', `"iat":${later}000`],
  ])('%s is accepted', async (_, claim) => {
    expect(await makeAuthenticator().idOf(await signRaw(`"ada",${claim}`))).toBe('ada');
  });
});

describe.each([
  ['as it is', {}],
  ['by NEXCONN_USER_ID_KEY', { NEXCONN_USER_ID_KEY: userIdKey }],
])('a claim of the user ID, %s', (_, env) => {
  test.each([
    '9007199254740992',
    '9007199254740993',
    '1106219394872762368',
    '1106219394872762432',
    '-9007199254740992',
    '1e21',
    '1e400',
    '-0',
    '-0.0',
    '-1e-400',
    '1.5',
    '1e-7',
    '9007199254740990.6',
    '0.9999999999999999999',
    '42.0',
    '1e3',
    '0e1',
    '42.00000000000000000001',
    '42,"sub":42.0',
    'true',
    'false',
    'null',
    '""',
    '["alice"]',
    '[]',
    '{"toString":"alice"}',
    '{}',
    '"alice\\u0000x"',
    '"alice\\u0000"',
    '"alice\\n"',
    '"alice\\ud83d"',
    '"\\ude00alice"',
    '"alice\\u202eeve"',
    '"\\ufeffalice"',
    '"ali\\u200bce"',
    '"alice\\u0085"',
    '"alice\\u3164"',
    '"alice\\ufe0f"',
    '"alice\\u2800"',
  ])('that is %s proves nothing', async (sub) => {
    const { idOf, refused } = makeAuthenticator(env);
    expect(await idOf(await signRaw(sub))).toBeUndefined();
    expect(refused).toEqual([expect.stringMatching(/^(NO_USER_ID_CLAIM|UNUSABLE_USER_ID)$/)]);
  });

  test('that is a whole number, exact, is the text of its digits', async () => {
    const { idOf } = makeAuthenticator(env);
    for (const number of ['0', '42', '-42', '9007199254740991']) {
      expect(await idOf(await signRaw(number))).toBe(await idOf(await signRaw(`"${number}"`)));
      expect(await idOf(await signRaw(number))).toMatch(/^-?[a-z\d]+$/);
    }
    // The last one counts, as for whoever reads JSON; numbers within texts and other claims are none of the ID.
    for (const more of ['1.5,"sub":42', '42,"nbf":0.5,"x":"\\"sub\\":1.5"', '42,"x":{"sub":1.5}']) {
      expect(await idOf(await signRaw(more))).toBe(await idOf(await signRaw('42')));
    }
  });

  test('is one of the payload itself, not one that every object has', async () => {
    for (const userIdClaim of ['constructor', 'toString', '__proto__']) {
      const listener = { onRefused() {}, onNameless() {}, onFitted() {} };
      const authenticate = createAuthenticator(
        { userIdClaim },
        { NEXCONN_JWT_SECRET: jwtSecret, ...env },
        undefined,
        listener,
      );
      const headers = { authorization: await signRaw('"alice"') };
      expect(await authenticate(new Request('http://localhost/', { headers }))).toBeUndefined();
    }
  });
});

test('a trusted header whose user ID cannot be one proves nothing', async () => {
  const { idOf, refused } = makeAuthenticator({}, 'X-User-Id');
  for (const value of ['ali\tce', 'alice\u0085x', 'ali\u00adce']) expect(await idOf(value)).toBeUndefined();
  expect(refused).toEqual(Array(3).fill('UNUSABLE_USER_ID'));
  expect(await idOf('alice')).toBe('alice');
});

const weak = { 'one character': 'x'.repeat(43), 'seven characters': 'abcdefg'.repeat(7), zeros: '0'.repeat(64) };

test.each(Object.entries(weak))('a shared secret of %s is refused, with the command that makes one', (_, secret) => {
  expect(() => makeAuthenticator({ NEXCONN_JWT_SECRET: secret })).toThrow(/NEXCONN_JWT_SECRET.*openssl rand/);
});

describe('a secret of a variable or a file', () => {
  const unseen: Record<string, string | Uint8Array> = {
    'a byte order mark': `\ufeff${jwtSecret}`,
    'a second line feed': `${jwtSecret}\n\n`,
    'a line feed before it': `\n${jwtSecret}`,
    'NUL in it': `${jwtSecret}\0more`,
    'a carriage return alone': `${jwtSecret}\r`,
    'a space at its end': `${jwtSecret} `,
    'bytes that are no UTF-8': Buffer.concat([Buffer.from(jwtSecret), Buffer.from([0xc3, 0x28])]),
  };

  test.each(Object.entries(unseen))('is refused with %s', (_, content) => {
    const folder = mkdtempSync(join(tmpdir(), 'nexconn-secret-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const jwtSecretFile = join(folder, 'secret');
    writeFileSync(jwtSecretFile, content);
    expect(() => readSecret('jwtSecret', { jwtSecretFile }, {})).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => readSecret('jwtSecret', { jwtSecretFile }, {})).not.toThrow(/thirty-two/);
    if (typeof content !== 'string') return;
    const env = { NEXCONN_JWT_SECRET: content };
    expect(() => readSecret('jwtSecret', {}, env)).toThrow(/NEXCONN_JWT_SECRET/);
  });

  test.each(['appSecret', 'appSecretNext', 'jwtSecret', 'encryptionKeys', 'userIdKey'] as const)(
    'is refused with the quotes of a shell around it, as %s too',
    (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'nexconn-secret-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const path = join(folder, 'secret');
      for (const quoted of [`"${userIdKey}"`, `'${userIdKey}'`, `"${userIdKey}\n${userIdKey}"`]) {
        writeFileSync(path, `${quoted}\n`);
        expect(() => readSecret(name, { [`${name}File`]: path }, {})).toThrow(/^The file .* has quotes around it/);
        const env = { [variableOf(name)]: quoted };
        expect(() => readSecret(name, {}, env)).toThrow(`${variableOf(name)} has quotes around it`);
        expect(() => readSecret(name, {}, env)).not.toThrow(userIdKey);
      }
      const inside = `${userIdKey}'s "more"`;
      expect(readSecret(name, {}, { [variableOf(name)]: inside })).toBe(inside);
    },
  );

  test.each(['\u00a0', '\u2003', '\u00fc', 'u\u0308', '\u{1f511}'])(
    'is refused with %j in it where it makes the user IDs, and there alone',
    (odd) => {
      const secret = `${userIdKey}${odd}${userIdKey}`;
      const read = () => readSecret('userIdKey', {}, { NEXCONN_USER_ID_KEY: secret });
      expect(read).toThrow('NEXCONN_USER_ID_KEY has a character that is not of printable ASCII');
      expect(read).not.toThrow(userIdKey);
      expect(readSecret('jwtSecret', {}, { NEXCONN_JWT_SECRET: secret })).toBe(secret);
    },
  );

  test.each([
    ...[
      '',
      ' ',
      "'s",
      '"',
      '~',
      '\u00a0',
      '\u2003',
      '\u3164',
      '\u2800',
      '\ufffd',
      '\u200b',
      '\u00fc',
      'u\u0308',
      '\u{1f511}',
    ],
    ...['\n', '\t', '\0', '\u007f'],
  ])('makes user IDs with %j in it where the library makes them', (odd) => {
    for (const secret of [userIdKey + odd + userIdKey, odd + userIdKey, userIdKey + odd, odd + userIdKey + odd]) {
      const isTaken = (read: () => unknown): boolean => {
        try {
          return read() !== undefined;
        } catch {
          return false;
        }
      };
      const byServer = isTaken(() => readSecret('userIdKey', {}, { NEXCONN_USER_ID_KEY: secret }));
      expect([secret, byServer]).toEqual([secret, isTaken(() => opaqueUserId(1, secret))]);
    }
  });

  test('is what stands before the line break at the end of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nexconn-secret-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const jwtSecretFile = join(folder, 'secret');
    for (const end of ['', '\n', '\r\n']) {
      writeFileSync(jwtSecretFile, jwtSecret + end);
      expect(readSecret('jwtSecret', { jwtSecretFile }, {})).toBe(jwtSecret);
    }
    expect(readSecret('encryptionKeys', {}, { NEXCONN_ENCRYPTION_KEYS: 'new\nold' })).toBe('new\nold');
  });
});

test('lets the JWK set of another machine be http: only where that is allowed', () => {
  const listener = { onRefused() {}, onNameless() {}, onFitted() {} };
  const settings = { jwksUrl: 'http://keycloak:8080/certs', jwtIssuer: 'a', jwtAudience: ['b'] };
  const create = (dangerouslyAllowHttp?: boolean) => () =>
    createAuthenticator(
      { ...settings, ...(dangerouslyAllowHttp !== undefined && { dangerouslyAllowHttp }) },
      {},
      undefined,
      listener,
    );
  for (const allowed of [undefined, false]) {
    expect(create(allowed)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(create(allowed)).toThrow('NEXCONN_DANGEROUSLY_ALLOW_HTTP (--dangerously-allow-http)');
  }
  expect(create(true)).not.toThrow();
});
