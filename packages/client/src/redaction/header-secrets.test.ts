import { expect, it } from 'vitest';
import { headerSecrets } from './header-secrets.js';
import { createRedact } from './safe-cause.js';

it('lists the values of headers, and long words of them, the longest first', () => {
  const headers = {
    authorization: 'Bearer abc12345',
    cookie: 'session=abcdefgh; b=2',
    'x-key': 'Key4',
    'x-short': 'abc',
  };
  expect(headerSecrets(headers)).toEqual([
    'session=abcdefgh; b=2',
    'session=abcdefgh',
    'Bearer abc12345',
    'abc12345',
    'Key4',
  ]);
});

it('leaves out what the client sends by itself, in whatever case', () => {
  const headers = { Accept: 'application/json', 'user-agent': 'nexconn-kit', 'X-Request-ID': 'abcdefgh' };
  expect(headerSecrets({ ...headers, 'Content-Type': 'application/json' })).toEqual([]);
});

it('leaves nothing of a value whose word is a secret, too', () => {
  const redact = createRedact(headerSecrets({ 'x-key': 'abcdefgh', authorization: 'Basic abcdefgh,Key 4' }));
  expect(redact('Basic abcdefgh,Key 4, then abcdefgh')).toBe('[redacted], then [redacted]');
});
