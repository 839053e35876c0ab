import { describe, expect, it } from 'vitest';
import { NexconnConfigurationError } from '../errors.js';
import type { NexconnClientOptions } from '../types.js';
import { readEnvironment } from './read-environment.js';

const env = { NEXCONN_APP_KEY: 'key', NEXCONN_APP_SECRET: 'secret', NEXCONN_REGION: 'sg' };
const mock = { ...env, NEXCONN_BASE_URL: 'http://127.0.0.1:4010' };

describe('the environment', () => {
  it('gives what no option does', () => {
    expect(readEnvironment(undefined, env)).toMatchObject({ appKey: 'key', appSecret: 'secret', region: 'sg' });
    expect(readEnvironment({ appKey: 'mine' }, env)).toMatchObject({ appKey: 'mine', appSecret: 'secret' });
    expect(readEnvironment({ timeoutMs: 5 }, env)).toMatchObject({ timeoutMs: 5, appKey: 'key' });
  });

  it('has NEXCONN_BASE_URL before NEXCONN_REGION, and any host among the options before both', () => {
    expect(readEnvironment({}, mock)).toMatchObject({ baseUrl: mock.NEXCONN_BASE_URL });
    expect(readEnvironment({}, mock)).not.toHaveProperty('region');
    const baseUrls = ['https://a.example', 'https://b.example'] as const;
    for (const options of [{ region: 'us' }, { baseUrl: 'https://a.example' }, { baseUrls }] as const) {
      const { region, baseUrl, baseUrls: pair } = readEnvironment(options, mock);
      expect(JSON.parse(JSON.stringify({ region, baseUrl, baseUrls: pair }))).toEqual(options);
    }
  });

  it('counts an empty variable as none', () => {
    const empty = { ...env, NEXCONN_BASE_URL: '', NEXCONN_APP_KEY: '' };
    expect(readEnvironment({}, empty)).toMatchObject({ region: 'sg', appKey: undefined });
  });

  it('lets http through to another machine where it says true', () => {
    expect(readEnvironment({}, env).dangerouslyAllowHttp).toBe(false);
    const allowed = { ...env, NEXCONN_DANGEROUSLY_ALLOW_HTTP: 'true' };
    expect(readEnvironment({}, allowed).dangerouslyAllowHttp).toBe(true);
    expect(readEnvironment({ dangerouslyAllowHttp: false }, allowed).dangerouslyAllowHttp).toBe(false);
  });

  it.each([
    ['appKey', { NEXCONN_APPKEY: 'key', NEXCONN_APP_SECRET: 's', NEXCONN_REGION: 'sg' }, 'NEXCONN_APPKEY'],
    ['appSecret', { NEXCONN_APP_KEY: 'k', NEXCON_APP_SECRET: 's', NEXCONN_REGION: 'sg' }, undefined],
    ['appSecret', { NEXCONN_APP_KEY: 'k', nexconn_app_secret: 's', NEXCONN_REGION: 'sg' }, 'nexconn_app_secret'],
    ['region', { NEXCONN_APP_KEY: 'k', NEXCONN_APP_SECRET: 's', NEXCONN_REGIONS: 'sg' }, 'NEXCONN_REGIONS'],
    ['appSecret', { NEXCONN_APP_KEY: 'k', NEXCONN_APP_SECRET_NEXT: 's', NEXCONN_REGION: 'sg' }, undefined],
  ] as const)('without %s, names the misspelt one of %j', (option, wrong, found) => {
    if (found === undefined) {
      expect(() => readEnvironment({}, wrong)).not.toThrow();
      return;
    }
    expect(() => readEnvironment({}, wrong)).toThrow(NexconnConfigurationError);
    expect(() => readEnvironment({}, wrong)).toThrow(expect.objectContaining({ option, code: 'INVALID_OPTION' }));
    expect(() => readEnvironment({}, wrong)).toThrow(found);
  });

  it('that may not be read is none', () => {
    const denied = new Proxy(env, {
      get() {
        throw new Error('NotCapable');
      },
      ownKeys() {
        throw new Error('NotCapable');
      },
    });
    expect(readEnvironment({ region: 'sg' }, denied)).toMatchObject({ appKey: undefined });
  });

  it('is not asked where the options are none', () => {
    expect(readEnvironment(null as never, env)).toBeNull();
    expect(readEnvironment('key' as unknown as NexconnClientOptions, env)).toBe('key');
  });
});
