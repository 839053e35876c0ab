import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { verifyByHmac } from './hmac.js';

const secret = 'a shared secret of at least sixty-four bytes, as the longest of the hashes needs';
const key = new TextEncoder().encode(secret);
const options = { requiredClaims: ['exp'], clockTolerance: 5, issuer: 'https://login.example.com/' };
const soon = Math.floor(Date.now() / 1000) + 600;

/** Resolves to what a verification comes to: the claims, or the code of its error. */
async function outcomeOf(verifying: Promise<{ payload: unknown }>): Promise<unknown> {
  return verifying.then(
    ({ payload }) => payload,
    ({ code, claim }) => [code, claim],
  );
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(header: unknown, claims: unknown, hash: string): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

it.each(['HS256', 'HS384', 'HS512'])('takes what jose signs by %s', async (algorithm) => {
  const claims = { sub: 'ada', exp: soon, iss: options.issuer };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: 'JWT' }).sign(key);
  const { payload } = await verifyByHmac(secret, [algorithm])(token, { ...options, algorithms: [algorithm] });
  expect(payload).toEqual(claims);
});

it('comes to the same as jose, whatever header, claims, signature and form', async () => {
  const header = fc.record(
    {
      alg: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('HS256', 'HS384') }, fc.constantFrom('none', 'RS256', 1)),
      typ: fc.constantFrom('JWT', 1),
      kid: fc.string(),
      crit: fc.constantFrom(['exp'], ['b64'], [], 'exp', null),
      b64: fc.boolean(),
    },
    { requiredKeys: ['alg'] },
  );
  const claims = fc.record(
    {
      sub: fc.oneof(fc.string(), fc.integer()),
      exp: fc.constantFrom(soon, soon - 3600, `${soon}`, null),
      nbf: fc.constantFrom(0, soon),
      iss: fc.constantFrom(options.issuer, 'https://other.example.com/'),
    },
    { requiredKeys: ['exp', 'iss'] },
  );
  const anyHeader = fc.oneof({ weight: 8, arbitrary: header }, fc.constantFrom([], null, 'HS256'));
  const anyClaims = fc.oneof({ weight: 8, arbitrary: claims }, fc.constantFrom([], null, 'ada'));
  const edits: readonly ((token: string) => string)[] = [
    (token) => token,
    (token) => token,
    (token) => token.slice(0, -1),
    (token) => `${token}=`,
    (token) => `${token}.`,
    (token) => token.replace('.', '..'),
    (token) => token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    (token) => token.split('.').reverse().join('.'),
  ];
  const verify = verifyByHmac(secret, ['HS256']);
  const given = { ...options, algorithms: ['HS256'] };
  await fc.assert(
    fc.asyncProperty(
      ...[anyHeader, anyClaims, fc.constantFrom('sha256', 'sha256', 'sha384'), fc.constantFrom(...edits)],
      async (anyHead, anyPayload, hash, edit) => {
        const token = (edit as (token: string) => string)(sign(anyHead, anyPayload, hash as string));
        expect(await outcomeOf(verify(token, given))).toEqual(await outcomeOf(jwtVerify(token, key, given)));
      },
    ),
    { numRuns: 500 },
  );
});
