import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { credentials, failureOf } from '../test/support/make-client.js';
import { isLoopback } from './failover.js';
import { createNexconnClient, type NexconnClientOptions, NexconnConfigurationError } from './index.js';
import { resolveSettings } from './resolve-options.js';

const good = { ...credentials, region: 'sg' } as const;

function refusalOf(options: unknown): NexconnConfigurationError {
  try {
    createNexconnClient(options as NexconnClientOptions);
  } catch (error) {
    if (error instanceof NexconnConfigurationError) return error;
    throw error;
  }
  throw new Error('The options were taken.');
}

class Options {
  readonly timeoutMs = 7;
  get appKey() {
    return good.appKey;
  }
  get appSecret() {
    return good.appSecret;
  }
  get region() {
    return good.region;
  }
  get retry() {
    return new (class {
      get maxAttempts() {
        return 3;
      }
    })();
  }
}

describe('options', () => {
  it.each([
    ['a literal', { ...good, timeoutMs: 7, retry: { maxAttempts: 3 } }],
    [
      'an object without a prototype',
      Object.assign(Object.create(null), good, { timeoutMs: 7, retry: { maxAttempts: 3 } }),
    ],
    ['an object that inherits them', Object.create({ ...good, timeoutMs: 7, retry: { maxAttempts: 3 } })],
    ['an object of a class with getters', new Options()],
  ])('may be %s', async (_, given) => {
    const sent: string[] = [];
    const fetch = async ({ url }: Request) => Response.json({ code: 1, url: sent.push(url) }, { status: 503 });
    Object.defineProperty(given, 'fetch', { value: fetch, enumerable: true });
    await using nexconn = createNexconnClient(given);
    const failure = await failureOf(nexconn.issueAccessToken({ userId: 'a', name: 'b' }));
    expect({ attempts: failure.attempts, host: new URL(sent[0] ?? '').origin }).toEqual({
      attempts: 3,
      host: 'https://api.sg-light-api.com',
    });
  });

  it.each([new Map(Object.entries(good)), new Set(), new Date(), Promise.resolve(good), [good]])(
    'that are an object of another kind are refused: %o',
    (given) => expect(refusalOf(given).option).toBe('options'),
  );

  it.each(['retry', 'rateLimit'])('of %s that are an object of another kind are refused', (option) => {
    for (const given of [new Map(), new Set(), new Date(), Promise.resolve({})]) {
      expect(refusalOf({ ...good, [option]: given }).option).toBe(option);
    }
  });

  it('with a misspelt name are refused by it, before what is missing', () => {
    expect(refusalOf({ appkey: 'a' })).toMatchObject({ option: 'appkey' });
  });

  it.each([
    ['retry', ['', 0, Number.NaN]],
    ['headerPrefix', [0, false, Number.NaN, 'rc-']],
    ['dangerouslyAllowBrowser', [0, 'true', {}]],
    ['region', [Symbol('sg'), Object.create(null)]],
  ])('%s of another type is refused by name', (option, values) => {
    for (const value of values) expect(refusalOf({ ...good, [option]: value }).option).toBe(option);
  });
});

describe('credentials', () => {
  it.each([
    ['appKey', 'NEXCONN_APP_KEY'],
    ['appSecret', 'NEXCONN_APP_SECRET'],
  ])('%s that is missing is named with its environment variable %s', (option, variable) => {
    for (const value of [undefined, null, '']) {
      const refusal = refusalOf({ ...good, [option]: value });
      expect(refusal).toMatchObject({ code: 'INVALID_OPTION', option });
      expect(refusal.message).toContain(variable);
    }
  });

  it.each([
    ['appKey', 7],
    ['appKey', 'key\n'],
    ['appKey', 'kéy'],
    ['appSecret', 'S3cretOfTheTests\n'],
    ['appSecret', 'S3cretOfTheTests\r\n'],
    ['appSecret', '\uFEFFS3cretOfTheTests'],
    ['appSecret', 'S3cret OfTheTests'],
    ['appSecret', 'S3cretOfTheTests\0'],
    ['appSecret', 'S3cret\u200bOfTheTests'],
    ['appSecret', 'S3cret\u3164OfTheTests'],
    ['appSecret', 'S3cretOfTheTests\ud83d'],
    ['appSecret', { current: 'S3cretOfTheTests', next: 'S3cretOfTheTests2\0' }],
    ['appSecret', Promise.resolve('S3cretOfTheTests')],
    ['appSecret', Object('S3cretOfTheTests')],
    ['appSecret', { secret: 'S3cretOfTheTests' }],
    ['appSecret', credentials.appKey],
  ])('%s of another form is refused without its value', (option, value) => {
    const refusal = refusalOf({ ...good, [option]: value });
    expect(refusal.option).toBe(option);
    expect(refusal.message + JSON.stringify(refusal)).not.toContain('S3cret');
  });

  it.each([undefined, null, 'sg', {}])('options that are %s are refused by their first missing one', (options) => {
    expect(refusalOf(options).option).toBe('appKey');
  });
});

it.each([
  ['rateLimit', 200],
  ['rateLimit', []],
  ['rateLimit', 'off'],
  ['retry', true],
  ['retry', [3]],
])('%s that is %j is refused by name: it is no object', (option, value) => {
  expect(refusalOf({ ...good, [option]: value }).option).toBe(option);
});

describe('the host', () => {
  it.each([
    ['sg', ['https://api.sg-light-api.com', 'https://api-b.sg-light-api.com']],
    ['us', ['https://api.us-light-api.com', 'https://api-b.us-light-api.com']],
    ['sau', ['https://api.sau-light-api.com', 'https://api-b.sau-light-api.com']],
  ] as const)('of region %s is its primary, then its backup', (region, baseUrls) => {
    expect(resolveSettings({ ...good, region }).baseUrls).toEqual(baseUrls);
  });

  it('can be a pair, each of which is checked', () => {
    const baseUrls = ['https://a.example.com', 'https://b.example.com/'] as const;
    expect(resolveSettings({ ...credentials, baseUrls }).baseUrls).toEqual([baseUrls[0], 'https://b.example.com']);
    for (const wrong of [[], ['https://a.example.com'], 'https://a.example.com', ['https://a.example.com', 'b']]) {
      expect(refusalOf({ ...credentials, baseUrls: wrong }).option).toBe('baseUrls');
    }
  });

  it('of an unknown region is refused with the known ones', () => {
    const refusal = refusalOf({ ...good, region: 'eu' });
    expect(refusal.option).toBe('region');
    expect(refusal.message).toMatch(/"eu".*sg, us, sau.*NEXCONN_REGION/);
  });

  it.each(['S3cretOfTheTests', 'secret', 7, {}])('of a region that may be a secret is not shown: %s', (region) => {
    const refusal = refusalOf({ ...good, region });
    expect(refusal.option).toBe('region');
    expect(refusal.message).toMatch(/^region is none that is known\. Pass .*sg, us, sau.*NEXCONN_REGION/);
  });

  it('must be given, and once', () => {
    expect(refusalOf(credentials).message).toMatch(/NEXCONN_REGION.*NEXCONN_BASE_URL/);
    expect(refusalOf({ ...good, baseUrl: 'https://example.com' }).option).toBe('region');
  });

  it.each([
    'https://example.com',
    'https://example.com/api/',
    'http://localhost:4010',
    'http://127.0.0.1:4010',
    'http://127.9.9.9',
    'http://[::1]:4010',
    'http://mock.localhost',
  ])('%s is taken', (baseUrl) => {
    expect(resolveSettings({ ...credentials, baseUrl }).baseUrls).toEqual([baseUrl.replace(/\/$/, '')]);
  });

  it.each([
    '',
    'example.com',
    '/v4',
    'ftp://example.com',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'https://user:S3cret@example.com',
    'https://example.com/?a=1',
    'https://example.com/#a',
    7,
    null,
    Symbol('https://example.com'),
    Object.create(null),
    ['https://example.com'],
  ])('%o is refused', (baseUrl) => {
    const refusal = refusalOf({ ...credentials, baseUrl });
    expect(refusal.option).toBe('baseUrl');
    expect(refusal.message).not.toContain('S3cret');
  });

  it.each([
    'S3cretOfTheTests:',
    'S3cretOfTheTests:password@example.com',
    'S3cretOfTheTests://example.com',
    'S3cretOfTheTests',
    'http://S3cretOfTheTests',
    'http://user:S3cretOfTheTests@example.com',
    'http://example.com?key=S3cretOfTheTests',
    'http://example.com/S3cretOfTheTests',
  ])('that is wrong is not shown where it may hold a secret: %s', (text) => {
    const [refusals, secret] = [[{ baseUrl: text }, { baseUrls: ['https://example.com', text] }], /s3cretofthetests/i];
    for (const host of refusals) {
      const refusal = refusalOf({ ...credentials, ...host });
      expect(refusal.option).toMatch(/^baseUrls?$/);
      expect(refusal.message + refusal.stack + JSON.stringify(refusal)).not.toMatch(secret);
    }
  });

  it('that is a proxy of another scheme is not shown', () => {
    const refusal = refusalOf({ ...good, proxy: 'S3cretOfTheTests://example.com' });
    expect(refusal.option).toBe('proxy');
    expect(refusal.message + JSON.stringify(refusal)).not.toMatch(/s3cretofthetests/i);
  });

  it('may be a URL', () => {
    expect(resolveSettings({ ...credentials, baseUrl: new URL('https://example.com/api') as never }).baseUrls).toEqual([
      'https://example.com/api',
    ]);
  });

  const loopback = new URL('../../../spec/vectors/loopback.json', import.meta.url);
  it.each(Object.entries<boolean>(JSON.parse(readFileSync(loopback, 'utf8'))))(
    'that is %j is this machine: %s',
    (hostname, expected) => expect(isLoopback(hostname)).toBe(expected),
  );

  it('may be http elsewhere when that is said dangerously', () => {
    const options = { ...credentials, baseUrl: 'http://mock:4010', dangerouslyAllowHttp: true };
    expect(resolveSettings(options).baseUrls).toEqual(['http://mock:4010']);
  });
});

describe('headers', () => {
  const record = { 'X-Tenant': 'a', 'X-Other': 'b' };

  it.each([record, new Headers(record), new Map(Object.entries(record)), Object.entries(record)])(
    'are taken as a record and as pairs: %o',
    (headers) => {
      expect(resolveSettings({ ...good, headers }).headers).toMatchObject({ 'x-tenant': 'a', 'x-other': 'b' });
    },
  );

  it.each([['text'], [[1]], [['x-tenant']], [['x-tenant', 'a', 'b']], new Set(['a']), 'text', 5, new Date(), /x/])(
    'that are something else are refused: %o',
    (...headers) => {
      expect(refusalOf({ ...good, headers: headers[0] }).option).toBe('headers');
    },
  );
});

describe('the other options', () => {
  it('have their documented defaults', () => {
    expect(resolveSettings(good)).toMatchObject({ timeoutMs: 5000, validateRequests: true, userIdPattern: undefined });
  });

  it.each([
    ['timeoutMs', 0],
    ['timeoutMs', '5000'],
    ['timeoutMs', 2 ** 31],
    ['headerPrefix', 'X-'],
    ['userIdPattern', '^a$'],
    ['fetch', 'node-fetch'],
    ['now', 1408710653491],
    ['nonce', '14314'],
    ['validateRequests', 0],
    ['checkEchoes', 'no'],
    ['dangerouslyAllowHttp', 'yes'],
  ])('%s cannot be %s', (option, value) => {
    expect(refusalOf({ ...good, [option]: value }).option).toBe(option);
  });
});
