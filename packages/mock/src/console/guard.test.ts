import { expect, it } from 'vitest';
import { refuseForeignHost } from './guard.js';

function isRefused(host: string | undefined, listeningHost: string | undefined): boolean {
  const request = { method: 'GET', path: '/_console', query: new URLSearchParams(), headers: { host }, body: null };
  try {
    refuseForeignHost(request, listeningHost);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ status: 403, code: 'HOST_REFUSED' });
    return true;
  }
}

it.each<[host: string | undefined, listeningHost: string | undefined, refused: boolean]>([
  [undefined, undefined, false],
  ['127.0.0.1:4010', '127.0.0.1', false],
  ['192.168.1.5:4010', '192.168.1.5', false],
  ['192.168.1.6:4010', '192.168.1.5', true],
  ['Mock:4010', 'mock', false],
  ['mock.evil.test:4010', 'mock', true],
  ['[fe80::1]:4010', 'fe80::1', false],
  ['[fe80::2]:4010', 'fe80::1', true],
  ['192.168.1.5:4010', '0.0.0.0', false],
  ['[fe80::1]', '::', false],
  ['evil.test', '0.0.0.0', true],
  ['evil.test', '::', true],
  ['[', '::', true],
])('the host %j, on a mock that listens on %j, is refused: %s', (host, listeningHost, refused) => {
  expect(isRefused(host, listeningHost)).toBe(refused);
});
