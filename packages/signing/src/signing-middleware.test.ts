import { expect, it } from 'vitest';
import { signingMiddleware } from './signing-middleware.js';
import { verifySignature } from './verify-signature.js';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };

function signedBy(middleware: ReturnType<typeof signingMiddleware>): Headers {
  const request = new Request('http://127.0.0.1/', { headers: { Signature: 'stale', 'X-Request-ID': '1' } });
  middleware.onRequest({ request });
  return request.headers;
}

it('each request gets headers of its own that verify', () => {
  const middleware = signingMiddleware(credentials);
  const [first, second] = [signedBy(middleware), signedBy(middleware)];
  expect(first.get('Nonce')).not.toBe(second.get('Nonce'));
  for (const headers of [first, second]) {
    expect(verifySignature(headers, { secretFor: () => credentials.appSecret })).toMatchObject({ ok: true });
  }
});

it('headers that are not about signing stay as they are', () => {
  expect(signedBy(signingMiddleware(credentials)).get('X-Request-ID')).toBe('1');
});

it('a change to the credentials after the middleware was made has no effect', () => {
  const changing = { ...credentials };
  const middleware = signingMiddleware(changing);
  changing.appSecret = 'other';
  const result = verifySignature(signedBy(middleware), { secretFor: () => credentials.appSecret });
  expect(result).toMatchObject({ ok: true });
});

it.each([
  ['nonze', { nonze: () => 'a' }],
  ['now', { now: null }],
  ['now', { now: 5 }],
  ['nonce', { nonce: 'a' }],
  ['options', null],
  ['options', 'now'],
])('the option %s of another kind, as in %o, is refused as it is made', (field, options) => {
  expect(() => signingMiddleware(credentials, options as never)).toThrow(
    expect.objectContaining({ name: 'SigningError', code: 'INVALID_OPTION', field }),
  );
});
