import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isLoopback, proxyOf } from './proxy.js';

const vectors = JSON.parse(
  readFileSync(new URL('../../../../spec/vectors/loopback.json', import.meta.url), 'utf8'),
) as Record<string, boolean>;

test.each(Object.entries(vectors))('of %j it is %j that it is this machine', (name, isThis) => {
  expect(isLoopback(name)).toBe(isThis);
});

const proxy = 'http://proxy.example.com:3128';

test.each([
  ['https://api.example.com', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
  ['https://api.example.com', { https_proxy: proxy, HTTPS_PROXY: '' }, 'https_proxy'],
  ['https://api.example.com', { HTTPS_PROXY: 'proxy.example.com:3128' }, 'HTTPS_PROXY'],
  ['https://api.example.com', { HTTP_PROXY: proxy }, undefined],
  ['http://api.example.com', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'other.com, example.com' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '*.example.com' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:444' }, 'HTTPS_PROXY'],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'api.example.com:443' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'ample.com' }, 'HTTPS_PROXY'],
  ['https://api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: '*' }, undefined],
  ['https://127.0.0.1', { HTTPS_PROXY: proxy }, undefined],
] as const)('%s with %j goes over the proxy of %s', (url, env, variable) => {
  expect(proxyOf(new URL(url), env)).toMatchObject({ proxy: variable && { variable } });
});

test.each(['http://user:pa%@host', 'ftp://host', 'http://[', 'http://host/user@'])('%s is no proxy', (HTTPS_PROXY) => {
  expect(proxyOf(new URL('https://api.example.com'), { HTTPS_PROXY })).toHaveProperty('problem');
});
