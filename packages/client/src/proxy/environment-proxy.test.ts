import * as undici from 'undici';
import { describe, expect, it } from 'vitest';
import { resolveProxy } from '../platform/resolve-proxy.js';
import { createProxyAgent, proxyFor } from '../transport/proxy-agent.js';
import { proxyOf } from './environment-proxy.js';

const proxy = 'http://proxy.example.com:3128';

describe.each([
  ['https://api.example.com', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
  ['https://api.example.com', { https_proxy: proxy, HTTPS_PROXY: '' }, 'https_proxy'],
  ['https://api.example.com', { https_proxy: '', HTTPS_PROXY: proxy }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: 'proxy.example.com:3128' }, 'HTTPS_PROXY'],
  ['https://api.example.com', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
  ['https://api.example.com', { HTTP_PROXY: proxy, NO_PROXY: 'api.example.com' }, undefined],
  ['http://api.example.com', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
  ['http://api.example.com', { HTTPS_PROXY: proxy }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'other.com, example.com' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, no_proxy: '', NO_PROXY: 'example.com' }, 'HTTPS_PROXY'],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '*.example.com' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'API.example.com' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:444' }, 'HTTPS_PROXY'],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:443' }, undefined],
  ['https://api.example.com:8443', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:8443' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'ample.com' }, 'HTTPS_PROXY'],
  ['https://[2001:db8::1]', { HTTPS_PROXY: proxy, NO_PROXY: '[2001:db8::1]' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, undefined],
  ['https://127.0.0.1', { HTTPS_PROXY: proxy }, undefined],
] as const)('%s with %j', (url, env, variable) => {
  it(`goes over ${variable ? `the proxy of ${variable}` : 'none'}`, () => {
    expect(proxyOf(new URL(url), env)).toMatchObject({ proxy: variable && { variable, url: new URL(proxy) } });
  });

  it('is what the client does', async () => {
    const connected: (string | undefined)[] = [];
    const connect: undici.buildConnector.connector = ({ hostname }, callback) => {
      connected.push(hostname);
      callback(new Error('not connected'), null);
    };
    const target = new URL(url);
    const plan = proxyFor(target.hostname, resolveProxy({ proxy: 'environment' }, env));
    if (plan) {
      const agent = createProxyAgent(undici, { proxy: plan, connect });
      await agent.request({ origin: target.origin, path: '/', method: 'GET' }).catch(() => {});
      await agent.destroy();
    }
    expect(connected[0] === 'proxy.example.com').toBe(variable !== undefined);
  });
});

it.each(['http://user:pa%@host', 'ftp://host', 'http://[', 'http://host/user@'])('%s is no proxy', (HTTPS_PROXY) => {
  const choice = proxyOf(new URL('https://api.example.com'), { HTTPS_PROXY });
  expect(choice).toEqual({ variable: 'HTTPS_PROXY', problem: expect.not.stringContaining('user:pa') });
});
