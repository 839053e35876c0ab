import { expect, it } from 'vitest';
import { shapeOfUserId } from './user-id-shape.js';

it.each([
  ['9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10', 'a UUID'],
  ['9B2F6C1E-4A0D-4A57-9C55-0B7A3A1F2E10', 'a UUID'],
  ['9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e1', '35 characters, with "-"'],
  ['ada@example.com', 'an e-mail address'],
  ['auth0|6507f1c2e4b0a1d2c3f4a5b6', 'a provider and an ID, as auth0|…'],
  ['google-oauth2|1094', 'a provider and an ID, as auth0|…'],
  ['user_2NNEqL2nrIRdJ194ndJqAHwEfxC', 'a prefix and an ID, as user_…'],
  ['S-1-5-21_x!', '11 characters, with "!" "-" "_"'],
  // What one of the shapes is a part of is none.
  ['x9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10', '37 characters, with "-"'],
  ['9b2f6c1e-4a0d-4a57-9c55-0b7a3a1f2e10x', '37 characters, with "-"'],
  ['ada l@example.com', '17 characters, with "." "@" spaces'],
  ['ada@example com', '15 characters, with "@" spaces'],
  ['an auth0|65', '11 characters, with "|" spaces'],
  ['!user_2', '7 characters, with "!" "_"'],
  ['user_2!', '7 characters, with "!" "_"'],
  ['Ada Lovelace', '12 characters, with spaces'],
  ['😀', '1 characters, with characters beyond ASCII'],
  ['ada', '3 characters'],
])('%s is %s', (userId, shape) => {
  expect(shapeOfUserId(userId)).toBe(shape);
});

it('holds no letter and no digit of the ID', () => {
  expect(shapeOfUserId('Zyx-987-ünï')).toBe('11 characters, with "-" characters beyond ASCII');
});
