import { expect, it } from 'vitest';
import { createRedaction } from './redact.js';

const token = '7FDmy0Fou41r+A6H8VODu233zkQsbE8e';
const secret = 'S3cr\u00e9t"/key';
const { text, value } = createRedaction({
  secrets: [secret, 'shorter', 'shorter-one'],
  isToken: (word) => word === token,
});

it.each([
  ['{"code":0,"result":{"accessToken":"abc"}}', '{"code":0,"result":{"accessToken":"[token masked]"}}'],
  ['{ "access_token" : "a\\"b" , "name":"Ada"}', '{ "access_token" : "[token masked]" , "name":"Ada"}'],
  ['{"userId":"ada","password":"x"}', '{"userId":"ada","password":"[masked]"}'],
  ['{"a":{"Signature":"0a1b', '{"a":{"Signature":"[signature masked]'],
  [`{"key":${JSON.stringify(secret)}}`, '{"key":"[App Secret masked]"}'],
  [`/path/${encodeURIComponent(secret)}?a=1`, '/path/[App Secret masked]?a=1'],
  ['sent shorter-one and shorter', 'sent [App Secret masked] and [App Secret masked]'],
  [`the token is ${token}.`, 'the token is [token masked].'],
  [`/check/${encodeURIComponent(token)}/now`, '/check/[token masked]/now'],
  ['grant=1&refresh_token=abc&x=2', 'grant=1&refresh_token=[token masked]&x=2'],
  ['{"userId":"jlk456j5","name":"Ada"}', '{"userId":"jlk456j5","name":"Ada"}'],
  ['', ''],
])('masks %s', (given, masked) => {
  expect(text(given)).toBe(masked);
});

it.each([
  ['signature', '0a1b', '[signature masked]'],
  ['rc-signature', '0a1b', '[signature masked]'],
  ['authorization', 'Bearer abc', '[masked]'],
  ['cookie', 'a=b', '[masked]'],
  ['x-api-key', 'abc', '[masked]'],
  ['app-key', 'uwd1c0sxdlx2', 'uwd1c0sxdlx2'],
  ['app-key', secret, '[App Secret masked]'],
  ['nonce', '1', '1'],
])('masks the header %s: %s', (name, given, masked) => {
  expect(value(name, given)).toBe(masked);
});

it('takes no time to speak of for what is long and broken', () => {
  const long = `{"${'a'.repeat(8000)}${'\\'.repeat(4001)}${'"a":"'.repeat(500)}`;
  expect(text(long)).toBe(long);
});
