import { requestValidators } from '@nexconn-kit/contract/request-validators';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitUser } from '../index.js';

const ada = { userId: 'jlk456j5', name: 'Ada', avatarUrl: 'https://example.com/ada.png' };

test('a user whom the API takes stays as they are', () => {
  expect(fitUser(ada)).toEqual(ada);
  expect(fitUser({ userId: 'jlk456j5', name: 'Ada' })).toEqual({ userId: 'jlk456j5', name: 'Ada' });
});

test('nobody stays nobody, so that whoever is not logged in is told so', () => {
  expect([fitUser(undefined), fitUser(null)]).toEqual([undefined, null]);
});

test('a name is cut to 64 characters, and no character in two', () => {
  expect(fitUser({ ...ada, name: 'a'.repeat(65) }).name).toBe('a'.repeat(64));
  expect(fitUser({ ...ada, name: '😀'.repeat(65) }).name).toBe('😀'.repeat(64));
  expect(fitUser({ userId: 'ada', name: 'a'.repeat(65) })).toEqual({ userId: 'ada', name: 'a'.repeat(64) });
});

test('an avatar of more than 1024 bytes is left out', () => {
  expect(fitUser({ ...ada, avatarUrl: `data:image/png;base64,${'A'.repeat(1_024)}` })).toEqual({
    ...ada,
    avatarUrl: undefined,
  });
});

test('a name that is too long and an avatar that is refused are mended both', () => {
  const both = { ...ada, name: 'a'.repeat(65), avatarUrl: `data:${'A'.repeat(1_024)}` };
  expect(fitUser(both)).toStrictEqual({ ...ada, name: 'a'.repeat(64), avatarUrl: undefined });
});

test.each([
  [{ ...ada, name: 'a'.repeat(64) }],
  [{ userId: 'jlk456j5', name: 'a'.repeat(64) }],
  [{ ...ada, name: '' }],
  [{ ...ada, name: 7 }],
  [{ ...ada, name: undefined }],
])('%j has nothing that is too long, and is left to whoever checks it', (user) => {
  expect(fitUser(user as never)).toStrictEqual(user);
});

test('what else the app knows of the user, and a user ID that is not taken, stay', () => {
  expect(fitUser({ ...ada, userId: 'auth0|12', plan: 'free' })).toEqual({ ...ada, userId: 'auth0|12', plan: 'free' });
});

test('a user of a class with getters is returned as it was read, once', () => {
  let count = 0;
  class Row {
    get userId() {
      count += 1;
      return `u${count}`;
    }
    get name() {
      return 'Ada';
    }
    get avatarUrl() {
      return 'https://example.com/ada.png';
    }
  }
  expect({ ...fitUser(new Row()) }).toEqual({ userId: 'u1', name: 'Ada', avatarUrl: 'https://example.com/ada.png' });
});

test('whatever the name and the avatar, the API takes them then', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 1_200 });
  fc.assert(
    fc.property(text, text, (name, avatarUrl) => {
      const { avatarUrl: fitted, ...user } = fitUser({ userId: 'jlk456j5', name, avatarUrl });
      expect(requestValidators.issueAccessToken(fitted === undefined ? user : { ...user, avatarUrl: fitted })).toEqual(
        [],
      );
    }),
  );
});
