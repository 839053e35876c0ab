import { expect, test } from 'vitest';
import { hasSignature } from './security.js';

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
