import { expect, it } from 'vitest';
import { LoginRequiredError, TokenSourceError } from './errors.js';

const details = { status: 403, retryAfterMs: 0, serverCode: 'NO', serverMessage: '', cause: new Error('why') };

it.each([
  ['TokenSourceError', TokenSourceError, 'REFUSED'],
  ['LoginRequiredError', LoginRequiredError, 'LOGIN_REQUIRED'],
] as const)('a %s has what is known of it, and no field for what is not', (name, ErrorClass, code) => {
  const full = new ErrorClass('a message', { ...details, code });
  expect(full).toBeInstanceOf(Error);
  expect({ ...full, message: full.message, cause: full.cause }).toEqual({
    ...details,
    name,
    code,
    message: 'a message',
  });
  const bare = new ErrorClass('a message', { code });
  expect(Object.getOwnPropertyNames(bare).sort()).toEqual(['code', 'message', 'name', 'stack']);
});
