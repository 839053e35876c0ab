import { expect, test } from 'vitest';
import { checkSecuritySchemes, hasSignature, resolveSecuritySchemes } from './security.js';

const signature = { type: 'apiKey', in: 'header', name: 'Signature', 'x-signature': { headers: {} } };

test.each([
  ['a scheme with x-signature', { Signature: signature }, true],
  ['one that is referred to', { Signature: { $ref: '#/components/securitySchemes/Own' }, Own: signature }, true],
  ['another scheme', { Key: { type: 'apiKey', in: 'header', name: 'Key' } }, false],
  ['no scheme', {}, false],
])('a document with %s: %#', (_, securitySchemes, expected) => {
  expect(hasSignature({ components: { securitySchemes } })).toBe(expected);
});

test('a document without components is not signed', () => {
  expect(hasSignature({})).toBe(false);
});

const known = {
  algorithm: 'sha1',
  encoding: 'hex',
  input: ['app-secret', 'Nonce', 'Timestamp'],
  timestampUnit: 'milliseconds',
  nonceMaxLength: 18,
  headers: { appKey: 'App-Key', nonce: 'Nonce', timestamp: 'Timestamp', signature: 'Signature' },
};
const prefixed = JSON.parse(JSON.stringify(known).replace(/"(App-Key|Nonce|Timestamp|Signature)"/g, '"RC-$1"'));

function problemsOf(scheme: object): string[] {
  const problems: string[] = [];
  const securitySchemes = { sign: { type: 'apiKey', in: 'header', name: 'Signature', ...scheme } } as never;
  checkSecuritySchemes({ components: { securitySchemes } }, (...problem) => problems.push(problem.join(' ')));
  return problems;
}

test.each([
  ['as it is', known, ''],
  ['with the prefix', prefixed, 'RC-'],
  ['in another case', { ...known, headers: { signature: 'signature' } }, ''],
  ['with the prefix in another case', { headers: { appKey: 'rc-app-key', signature: 'rc-signature' } }, 'RC-'],
  ['in part', { algorithm: 'sha1' }, ''],
])('the signature that is known, %s, is taken', (_, value, headerPrefix) => {
  const scheme = { type: 'apiKey', in: 'header', name: 'Signature', 'x-signature': value };
  expect(problemsOf(scheme)).toEqual([]);
  const bundle = { components: { securitySchemes: { sign: scheme } } };
  expect(resolveSecuritySchemes(bundle)).toEqual({ sign: { type: 'signature', headerPrefix } });
});

test.each([
  [
    'another header',
    { ...known, headers: { ...known.headers, appKey: 'X-Key' } },
    'headers.appKey: "X-Key"',
    '/headers/appKey',
  ],
  [
    'both kinds of header',
    { ...prefixed, headers: { ...prefixed.headers, appKey: 'App-Key' } },
    'headers.appKey: "App-Key"',
    '',
  ],
  ['another algorithm', { ...known, algorithm: 'sha256' }, 'algorithm: "sha256"', '/algorithm'],
  ['another encoding', { ...known, encoding: 'base64' }, 'encoding: "base64"', '/encoding'],
  ['another order', { ...known, input: ['Nonce', 'app-secret', 'Timestamp'] }, 'input: ["Nonce","app-', '/input'],
  ['another unit', { ...known, timestampUnit: 'seconds' }, 'timestampUnit: "seconds"', '/timestampUnit'],
  ['a longer nonce', { ...known, nonceMaxLength: 32 }, 'nonceMaxLength: 32', '/nonceMaxLength'],
  ['headers that are none', { headers: [] }, 'headers: []', '/headers'],
  [
    'a header of another name in part',
    { headers: { nonce: 'Nonce' } },
    'headers.signature: "X-Sig"',
    '/headers',
    'X-Sig',
  ],
  ['a field that is not known', { body: 'sha256' }, 'body: "sha256"', '/body'],
  ['a text', 'sha1', 'x-signature: "sha1"', ''],
])('a signature with %s is refused with what to write', (_, value, message, place, name = 'Signature') => {
  const [problem, ...more] = problemsOf({ name, 'x-signature': value });
  expect(problem).toContain(`#/components/securitySchemes/sign/x-signature${place}`);
  expect(problem).toContain(message);
  expect(problem).toMatch(/Nonce.*leave x-signature out/);
  expect(more).toEqual([]);
});
