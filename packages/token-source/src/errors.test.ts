import { expect, it, vi } from 'vitest';
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

it('an error that another copy of the package has made is known by its class', async () => {
  vi.resetModules();
  const other = await import('./errors.js');
  const [error, login] = [
    new other.TokenSourceError('no', { code: 'REFUSED' }),
    new other.LoginRequiredError('no', { code: 'LOGIN_REQUIRED' }),
  ];
  expect(other.TokenSourceError).not.toBe(TokenSourceError);
  const classes = [TokenSourceError, LoginRequiredError];
  const known = [error, login].map((each) => classes.map((errorClass) => each instanceof errorClass));
  expect(known).toEqual([
    [true, false],
    [true, true],
  ]);
  for (const odd of [Object.assign(new Error('no'), { name: 'TokenSourceError', code: 'REFUSED' }), undefined]) {
    expect(odd).not.toBeInstanceOf(TokenSourceError);
  }
  // The brand has the name of this package.
  expect(Reflect.get(error, Symbol.for('@nexconn-kit/token-source/TokenSourceError'))).toBe(true);
});
