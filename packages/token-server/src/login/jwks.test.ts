import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { createProxyFetch } from '@nexconn-kit/client';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../../test/support/free-port.js';
import { startConnectProxy } from '../../../../test/support/start-connect-proxy.js';
import { until } from '../../../../test/support/until.js';
import { KeySetError, verifyByKeySet } from './jwks.js';

const url = new URL('https://login.example.com/jwks');
const options = { algorithms: ['ES256'], issuer: 'me' };

interface Pair {
  readonly jwk: JWK;
  readonly sign: (header?: object, claims?: object) => Promise<string>;
}
let one: Pair;
let two: Pair;
let three: Pair;

beforeAll(async () => {
  [one, two, three] = (await Promise.all(['k1', 'k2', 'k3'].map(makePair))) as [Pair, Pair, Pair];
});

async function makePair(kid: string): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const sign = (header = {}, claims = {}) =>
    new SignJWT({ sub: 'ada', iss: 'me', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid, ...header })
      .sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }, sign };
}

/** Creates a provider with these keys, and what verifies by it. */
function makeProvider(...first: JWK[]) {
  let clock = 0;
  const provider = { keys: first, trouble: undefined as (() => Response) | undefined };
  const fetch = vi.fn(async () => provider.trouble?.() ?? Response.json({ keys: provider.keys }));
  const verify = verifyByKeySet(url, { fetch, monotonicNow: () => clock });
  /** Returns the user of a JWT, or the code of the error. */
  const userOf = (jwt: Promise<string>) =>
    jwt
      .then((token) => verify(token, options))
      .then(
        ({ payload }) => payload.sub,
        (error) => error.code as string,
      );
  /** Uses up what may be asked for at once. */
  const exhaust = async () => {
    for (let count = 0; count < 5; count += 1) {
      clock += 1;
      await userOf(three.sign({ kid: `unknown-${clock}` }));
    }
    fetch.mockClear();
  };
  const pass = (ms: number) => {
    clock += ms;
  };
  return { provider, fetch, verify, userOf, exhaust, pass };
}

const noKid = { kid: undefined };
const away = (): Response => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });
};

test('a set is asked for once, and again after ten minutes, when keys that were withdrawn are refused', async () => {
  const { provider, fetch, userOf, pass } = makeProvider(one.jwk, two.jwk);
  expect(await Promise.all([userOf(one.sign()), userOf(two.sign())])).toEqual(['ada', 'ada']);
  pass(599_999);
  provider.keys = [two.jwk];
  expect(await userOf(one.sign())).toBe('ada');
  expect(fetch).toHaveBeenCalledOnce();
  pass(1);
  expect(await userOf(one.sign())).toBe('ERR_JWKS_NO_MATCHING_KEY');
  expect(await userOf(two.sign())).toBe('ada');
});

test('a set is asked for in its own place alone', async () => {
  const { fetch, userOf } = makeProvider(one.jwk);
  await userOf(one.sign());
  expect(fetch).toHaveBeenCalledWith(url, expect.objectContaining({ redirect: 'manual' }));
});

describe('a good JWT with a new key', () => {
  test('is known at once', async () => {
    const { provider, userOf } = makeProvider(one.jwk);
    await userOf(one.sign());
    provider.keys = [one.jwk, two.jwk];
    expect(await userOf(two.sign())).toBe('ada');
  });

  test('is never refused: where the set was asked for too often, it comes again once that was asked for', async () => {
    const { provider, fetch, verify, userOf, exhaust, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    await exhaust();
    provider.keys = [one.jwk, two.jwk];
    const jwt = await two.sign();
    const error = await verify(jwt, options).catch((each) => each);
    expect(error).toBeInstanceOf(KeySetError);
    expect(error).toMatchObject({ code: 'KEY_NOT_YET_KNOWN', retryAfterMs: expect.any(Number) });
    expect(fetch).not.toHaveBeenCalled();
    pass(error.retryAfterMs);
    expect(await userOf(Promise.resolve(jwt))).toBe('ada');
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('that names none is known too, where the provider has one key at a time', async () => {
    const { provider, userOf } = makeProvider(one.jwk);
    expect(await userOf(one.sign(noKid))).toBe('ada');
    provider.keys = [two.jwk];
    expect(await userOf(two.sign(noKid))).toBe('ada');
  });

  test('is not refused while the provider is away', async () => {
    const { provider, userOf } = makeProvider(one.jwk);
    await userOf(one.sign());
    provider.trouble = away;
    expect(await userOf(two.sign())).toBe('KEY_SET_UNAVAILABLE');
    expect(await userOf(two.sign(noKid))).toBe('KEY_SET_UNAVAILABLE');
  });

  test('is not refused by a set that was asked for before it came', async () => {
    const { provider, fetch, userOf, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    let answer = (_response: Response): void => {};
    fetch.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    pass(1);
    const [early, token] = [userOf(three.sign()), await two.sign()];
    await until(() => expect(fetch).toHaveBeenCalledTimes(2));
    pass(1);
    provider.keys = [one.jwk, two.jwk];
    const late = userOf(Promise.resolve(token));
    answer(Response.json({ keys: [one.jwk] }));
    expect(await early).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(await late).toBe('ada');
  });
});

describe('a JWT whose key is unknown to a set that is newer than it', () => {
  test('is refused, and for the same JWT the set is not asked for each time', async () => {
    const { fetch, userOf, exhaust, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    await exhaust();
    const jwt = three.sign();
    expect(await userOf(jwt)).toBe('KEY_NOT_YET_KNOWN');
    pass(10_000);
    expect(await userOf(jwt)).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(await userOf(jwt)).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('is refused by the set that it was itself asked for', async () => {
    const { fetch, userOf } = makeProvider(one.jwk);
    expect(await userOf(two.sign())).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('is remembered among the last thousand such JWTs', async () => {
    const { userOf, exhaust, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    for (const [others, expected] of [
      [998, 'ERR_JWKS_NO_MATCHING_KEY'],
      [1000, 'KEY_NOT_YET_KNOWN'],
    ] as const) {
      pass(60_000);
      await exhaust();
      const jwt = three.sign({ kid: `of-${others}` });
      expect(await userOf(jwt)).toBe('KEY_NOT_YET_KNOWN');
      for (let each = 0; each < others; each += 1) await userOf(three.sign({ kid: `other-${others}-${each}` }));
      pass(10_000);
      // Has the set asked for.
      await userOf(three.sign({ kid: `last-${others}` }));
      expect([others, await userOf(jwt)]).toEqual([others, expected]);
    }
  });

  test('costs a provider no more after a quiet day', async () => {
    const { fetch, userOf, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    pass(86_400_000);
    await userOf(one.sign());
    fetch.mockClear();
    for (let each = 0; each < 20; each += 1) await userOf(three.sign({ kid: `${each}` }));
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(5);
  });

  test('costs a provider six requests a minute and five more, whoever makes how many', async () => {
    const { fetch, userOf, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    fetch.mockClear();
    for (let second = 0; second < 60; second += 1) {
      pass(1000);
      await Promise.all([0, 1, 2].map((each) => userOf(three.sign({ kid: `${second}-${each}` }))));
    }
    expect(fetch.mock.calls.length).toBeGreaterThanOrEqual(10);
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(11);
  });

  test('is refused with a known key at once, where its signature is forged', async () => {
    const { fetch, userOf, exhaust } = makeProvider(one.jwk);
    await userOf(one.sign());
    await exhaust();
    expect(await userOf(two.sign({ kid: 'k1' }))).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    expect(fetch).not.toHaveBeenCalled();
  });
});

test.each([1, null, ['k1'], { k1: 1 }])(
  'a JWT whose kid is %j, no text, is refused by the set that is known',
  async (kid) => {
    const { fetch, userOf } = makeProvider(one.jwk);
    await userOf(one.sign());
    fetch.mockClear();
    // The types of the library want a text.
    const [, body] = (await one.sign()).split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url');
    expect(await userOf(Promise.resolve(`${head}.${body}.AAAA`))).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(fetch).not.toHaveBeenCalled();
  },
);

describe('a JWT that does not name its key', () => {
  test('is tried with each key that fits', async () => {
    const { userOf } = makeProvider(one.jwk, two.jwk);
    expect(await Promise.all([one, two].map((each) => userOf(each.sign(noKid))))).toEqual(['ada', 'ada']);
    expect(await userOf(three.sign(noKid))).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  test('is not saved by another key where its claims are wrong', async () => {
    const { userOf } = makeProvider(one.jwk, two.jwk);
    expect(await userOf(two.sign(noKid, { iss: 'other' }))).toBe('ERR_JWT_CLAIM_VALIDATION_FAILED');
  });

  test('is tried past a key that cannot be used', async () => {
    const { userOf } = makeProvider({ ...one.jwk, x: 'AA' }, two.jwk);
    expect(await userOf(two.sign(noKid))).toBe('ada');
  });

  test('and two keys of one name are no trouble either', async () => {
    const { userOf } = makeProvider({ ...one.jwk, kid: 'same' }, { ...two.jwk, kid: 'same' });
    expect(await userOf(two.sign({ kid: 'same' }))).toBe('ada');
  });
});

describe('while the provider is in trouble', () => {
  test.each<[string, () => Response]>([
    ['does not answer', away],
    ['answers 500', () => new Response('no', { status: 500 })],
    ['redirects', () => Response.redirect('https://evil.example/', 302)],
    ['answers with more than a set ever has', () => Response.json({ keys: [one.jwk], more: 'x'.repeat(1_048_576) })],
    ['answers with what is no UTF-8', () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d))],
    ['answers with a page', () => new Response('<h1>Maintenance</h1>')],
    ['answers with something else', () => Response.json({ keys: 'none' })],
    ['has no keys', () => Response.json({ keys: [] })],
    ['has a key of no kind', () => Response.json({ keys: [{ kid: 'k1' }] })],
    ['has a key that is a secret', () => Response.json({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1' }] })],
    ['has a key that is private', () => Response.json({ keys: [{ ...one.jwk, d: one.jwk.x }] })],
    ['has a key that is cut', () => Response.json({ keys: [{ ...one.jwk, x: 'AA' }] })],
  ])('that %s, keys that are known stay in use, and a set is had afterwards', async (_what, trouble) => {
    const { provider, userOf, pass } = makeProvider(one.jwk);
    await userOf(one.sign());
    provider.trouble = trouble;
    pass(86_400_000);
    for (let count = 0; count < 10; count += 1) expect(await userOf(one.sign())).toBe('ada');
    provider.trouble = undefined;
    provider.keys = [two.jwk];
    pass(10_000);
    expect(await userOf(two.sign())).toBe('ada');
    pass(10_000);
    expect(await userOf(one.sign())).toBe('ERR_JWKS_NO_MATCHING_KEY');
  });

  test.each([
    [200, {}],
    [200, { 'content-length': '1048577' }],
    [502, {}],
  ])('the rest of an answer of %i, %j, that is not read is cancelled', async (status, headers) => {
    const { provider, userOf } = makeProvider(one.jwk);
    const cancel = vi.fn();
    provider.trouble = () => {
      const pull = (controller: ReadableStreamDefaultController): void => controller.enqueue(new Uint8Array(100_000));
      return new Response(new ReadableStream({ pull, cancel }), { status, headers });
    };
    expect(await userOf(one.sign())).toBe('KEY_SET_UNAVAILABLE');
    expect(cancel).toHaveBeenCalledOnce();
  });

  test.each<[string, () => JWK]>([
    ['is private', () => ({ ...one.jwk, d: one.jwk.x as string })],
    ['is cut', () => ({ ...one.jwk, x: 'AA' })],
  ])('a key that %s refuses nobody, and is asked for again', async (_what, broken) => {
    const { provider, verify, userOf } = makeProvider(broken(), two.jwk);
    const error: unknown = await verify(await one.sign(), options).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'KEY_SET_UNAVAILABLE' });
    expect(await userOf(two.sign())).toBe('ada');
    provider.keys = [one.jwk, two.jwk];
    expect(await userOf(one.sign())).toBe('ada');
  });

  test('from the start nobody is refused, and the first answer ends that', async () => {
    const { provider, userOf } = makeProvider(one.jwk);
    provider.trouble = away;
    for (let count = 0; count < 10; count += 1) expect(await userOf(one.sign())).toBe('KEY_SET_UNAVAILABLE');
    provider.trouble = undefined;
    expect(await userOf(one.sign())).toBe('ada');
  });

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['ECONNREFUSED', 'ECONNREFUSED'],
  ])('with %s its error says what to do: %s', async (code, words) => {
    const { provider, verify } = makeProvider(one.jwk);
    provider.trouble = () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('https://user:pw@host'), { code }) });
    };
    const error = await verify(await one.sign(), options).catch((each) => each);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('pw');
  });
});

test('a port that speaks no TLS is told in words', async () => {
  const server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const plain = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
  const failure: unknown = await verifyByKeySet(plain)(await one.sign(), options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(KeySetError);
  expect((failure as KeySetError).message).toMatch(
    /its port speaks no TLS \(ERR_SSL_\w+\)\. Check the port of the URL\.$/,
  );
});

test('a port that fetch never calls is told in words', async () => {
  const verify = verifyByKeySet(new URL('http://127.0.0.1:6000/jwks'));
  const failure: unknown = await verify(await one.sign(), options).catch((error: unknown) => error);
  expect((failure as KeySetError).message).toMatch(/fetch never calls the port of its URL\. Have the provider/);
});

test('a proxy that is not there is told by its name', async () => {
  const proxy = `http://127.0.0.1:${await freePort()}`;
  const fetch = createProxyFetch(proxy);
  const failure = await verifyByKeySet(url, { fetch })(await one.sign(), options).catch((error: unknown) => error);
  const message = `The JWK set cannot be had: The proxy ${proxy} could not be asked (ECONNREFUSED).`;
  expect(failure).toMatchObject({ message });
});

test('a proxy that refuses is told by its name', async () => {
  await using proxy = await startConnectProxy({ answer: () => 407 });
  const fetch = createProxyFetch(proxy.url.replace('//', '//user:hunter2@'));
  const failure = await verifyByKeySet(url, { fetch })(await one.sign(), options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(KeySetError);
  const { message } = failure as KeySetError;
  expect(message).toBe(`The JWK set cannot be had: The proxy ${proxy.url} answered HTTP 407.`);
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('hunter2');
  expect(proxy.asked).toMatchObject([{ to: 'login.example.com:443' }]);
});
