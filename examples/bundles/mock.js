import { strict as assert } from 'node:assert';
import { startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';

/** Starts a mock, and asks it for what its reference engine answers, and for its page. */
async function main() {
  const mock = await startMock({ port: 0 });
  const response = await fetch(`${mock.url}/v4/auth/access-token/issue`, {
    method: 'POST',
    headers: { ...signRequest(mock), 'Content-Type': 'application/json', Prefer: 'code=429' },
    body: JSON.stringify({ userId: 'jlk456j5', name: 'Ada' }),
  });
  assert.equal(response.status, 429);
  assert.equal((await fetch(`${mock.url}/_console`)).status, 200);
  await mock.close();
}

main();
