import { expect, it } from 'vitest';
import { createSecretId } from './create-secret-id.js';

it('names a secret in the same way each time, and each secret and app differently', async () => {
  const secretIdOf = createSecretId('key1');
  const id = await secretIdOf('S3cret');
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(await createSecretId('key1')('S3cret')).toBe(id);
  expect(new Set([id, await secretIdOf('S3cret2'), await createSecretId('key2')('S3cret')]).size).toBe(3);
});
