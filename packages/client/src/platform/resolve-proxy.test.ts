import { describe, expect, it } from 'vitest';
import { NexconnConfigurationError } from '../errors.js';
import { passwordsOf, resolveProxy } from './resolve-proxy.js';

const url = 'http://proxy.example.com:3128';
const fetch = () => Promise.reject(new Error('not called'));

describe('the proxy of a client', () => {
  it('is none unless it is asked for, by an option or by the setting of Node', () => {
    const env = { HTTPS_PROXY: url };
    expect(resolveProxy({}, env)).toBeUndefined();
    expect(resolveProxy({ proxy: false }, { ...env, NODE_USE_ENV_PROXY: '1' })).toBeUndefined();
    expect(resolveProxy({}, { ...env, NODE_USE_ENV_PROXY: '0' })).toBeUndefined();
    const found = { httpProxy: '', httpsProxy: `${url}/`, noProxy: '', isOfEnvironment: true };
    expect(resolveProxy({}, { ...env, NODE_USE_ENV_PROXY: '1' })).toEqual(found);
    expect(resolveProxy({ proxy: 'environment' }, env)).toEqual(found);
    expect(resolveProxy({ fetch }, { ...env, NODE_USE_ENV_PROXY: '1' })).toBeUndefined();
  });

  it('is none where the environment has none', () => {
    for (const env of [{}, { NO_PROXY: '*' }, { HTTP_PROXY: '', https_proxy: '' }]) {
      expect(resolveProxy({ proxy: 'environment' }, env)).toBeUndefined();
    }
  });

  it('is by a variable in small letters first, and need not begin with http:', () => {
    const env = {
      http_proxy: 'small:3128',
      HTTP_PROXY: 'http://large:3128',
      no_proxy: 'a.example',
      NO_PROXY: 'b.example',
    };
    expect(resolveProxy({ proxy: 'environment' }, env)).toMatchObject({
      httpProxy: 'http://small:3128/',
      noProxy: 'a.example',
    });
    expect(resolveProxy({ proxy: 'environment' }, { https_proxy: '', HTTPS_PROXY: url })).toBeUndefined();
  });

  it('is for every host as a URL, whatever the environment says', () => {
    const env = { HTTPS_PROXY: 'http://other:3128', NO_PROXY: '*' };
    const all = { httpProxy: `${url}/`, httpsProxy: `${url}/`, noProxy: '', isOfEnvironment: false };
    expect(resolveProxy({ proxy: url }, env)).toEqual(all);
  });

  it.each([
    ['', {}],
    ['http://', {}],
    ['socks5://u:hunter2@proxy:1080', {}],
    ['http://u:hunter2%@proxy:1080', {}],
    // Begins with what looks like a port.
    ['http://u:12/hunter2@proxy:1080', {}],
    ['http://u:12?hunter2@proxy:1080', {}],
    ['http://u:12#hunter2@proxy:1080', {}],
    ['environment', { https_proxy: 'http://u:12/hunter2@proxy' }],
    ['environment', { HTTPS_PROXY: 'http://u:hunter2@' }],
    ['environment', { http_proxy: 'socks5://u:hunter2@proxy' }],
    [7, {}],
    [true, {}],
  ])('%j with %j is refused without what it holds', (proxy, env) => {
    let refusal: unknown;
    try {
      resolveProxy({ proxy: proxy as string }, env);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(NexconnConfigurationError);
    expect(refusal).toMatchObject({ code: 'INVALID_OPTION', option: 'proxy' });
    const { message } = refusal as Error;
    for (const variable of Object.keys(env)) expect(message).toContain(variable);
    expect(message).not.toContain('hunter2');
  });

  it('beside a fetch of ones own is refused', () => {
    for (const proxy of [url, 'environment']) expect(() => resolveProxy({ proxy, fetch }, {})).toThrow(/fetch/);
    expect(resolveProxy({ proxy: false, fetch }, {})).toBeUndefined();
  });
});

it('the passwords of proxies are known as they stand in their URLs, and as they are', () => {
  const env = { http_proxy: 'http://u:p%40ss@proxy:3128', https_proxy: 'http://:other@proxy' };
  expect(passwordsOf(resolveProxy({ proxy: 'environment' }, env))).toEqual(['p%40ss', 'p@ss', 'other', 'other']);
  expect(passwordsOf(resolveProxy({ proxy: 'environment' }, { http_proxy: url })).join('')).toBe('');
  expect(passwordsOf(undefined)).toEqual([]);
});
