import { expect, it } from 'vitest';
import { refusedUserIds } from './refused-user-ids.js';

const all = ['UUIDs', 'auth0|…', 'user_…', 'e-mail addresses'];

it.each<[pattern: RegExp | undefined, shapes: readonly string[]]>([
  [undefined, all],
  [/[\w-]+/, ['auth0|…', 'e-mail addresses']],
  [/^[\w-]+$/, ['auth0|…', 'e-mail addresses']],
  [/\w+|\d/, ['UUIDs', 'auth0|…', 'e-mail addresses']],
  [/.+/, []],
])('the pattern %s refuses %j', (pattern, shapes) => {
  const userIdPattern = pattern && { userIdPattern: pattern };
  expect(refusedUserIds({ ...userIdPattern }, false).shapes).toEqual(shapes);
  expect(refusedUserIds({ ...userIdPattern }, true).shapes).toEqual([]);
});

it.each<[issuer: string | undefined, isExpected: boolean]>([
  ['https://example.eu.auth0.com/', true],
  ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf', true],
  ['https://abcdefgh.supabase.co/auth/v1', true],
  ['http://keycloak:8080/realms/chat', true],
  ['https://login.example.com/auth/realms/chat', true],
  ['https://calm-cat-1.clerk.accounts.dev', true],
  ['https://clerk.example.com', true],
  ['https://securetoken.google.com/chat-1', false],
  ['https://login.example.com/', false],
  ['https://auth0.com.evil.example/', false],
  [undefined, false],
])('all users of the issuer %s would be refused: %s', (issuer, isExpected) => {
  const jwtIssuer = issuer === undefined ? {} : { jwtIssuer: issuer };
  expect(refusedUserIds(jwtIssuer, false).isExpected).toBe(isExpected);
  expect(refusedUserIds(jwtIssuer, true).isExpected).toBe(false);
  expect(refusedUserIds({ ...jwtIssuer, userIdPattern: /.+/ }, false).isExpected).toBe(false);
  expect(refusedUserIds({ ...jwtIssuer, userIdClaim: 'chat_id' }, false).isExpected).toBe(false);
});
