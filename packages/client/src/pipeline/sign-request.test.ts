import { expect, it } from 'vitest';
import { sign as chosen } from '#platform';
import { sign as signOnNode } from '../platform/node.js';
import { sign as signOnWebCrypto } from '../platform/web.js';

const given = [
  { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' },
  { now: () => 1408710653000, nonce: () => '14314' },
] as const;

it('the two signers make the same headers', async () => {
  const headers = await signOnWebCrypto(...given);
  expect(headers.Signature).toBe('30be0bbca9c9b2e27578701e9fda2358a814c88f');
  expect(signOnNode(...given)).toEqual(headers);
});

it('Node signs with node:crypto', () => {
  expect(chosen).toBe(signOnNode);
});
