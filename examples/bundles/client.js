import { strict as assert } from 'node:assert';
import { createNexconnClient } from '@nexconn-kit/client';

/** Calls the API: here the mock around the check. */
async function main() {
  const nexconn = createNexconnClient();
  const { accessToken } = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  assert.ok(accessToken);
  await nexconn.close();
}

main();
