// Goes the way of a token from the mock to an app, twice, with every listener of every package failing; prints how often
// each was called, and what came of it.
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createTokenSource } from '@nexconn-kit/token-source';

const [how] = process.argv.slice(2);
const called: Record<string, number> = {};

function failing(name: string): () => void {
  return () => {
    called[name] = (called[name] ?? 0) + 1;
    const error = new Error(`${name} is broken.`);
    if (how === 'throws') throw error;
    return Promise.reject(error);
  };
}

const ada = { userId: 'jlk456j5', name: 'Ada' };
const { appKey, appSecret, url, close } = await startMock({ port: 0, log: failing('mock.log') });
const client = createNexconnClient({ appKey, appSecret, baseUrl: url, onEvent: failing('client.onEvent') });
const onAccepted = failing('client.onAccepted');
const store = createMemoryStore();
const tokens = createTokenService({ client, store, onEvent: failing('tokenService.onEvent') });
const onFailure = failing('tokenService.onFailure');
const handler = createTokenHandler(tokens, { authenticate: () => ada, onFailure });
const broken = createTokenHandler(tokens, { authenticate: () => Promise.reject(new Error('No log-in.')), onFailure });
const source = createTokenSource({
  endpoint: 'https://app.test/access-token',
  fetch: (input, init) => handler(new Request(input, init)),
  onEvent: failing('tokenSource.onEvent'),
});
source.subscribe(failing('tokenSource.subscribe'));
const onProgress = failing('tokenService.onProgress');

/** Stores the user's token as one of an App Secret that is no longer in force. */
async function outdate(userId: string): Promise<void> {
  const { token } = await store.read(userId);
  const leaseId = await store.acquireLease(userId, 60_000);
  if (!token || leaseId === undefined) throw new Error('There is no token, or somebody else holds the lease.');
  await store.write({ ...token, secretId: '0'.repeat(16) }, leaseId);
  await store.releaseLease(userId, leaseId);
}

const came: unknown[] = [];
for (let time = 0; time < 2; time += 1) {
  came.push((await client.issueAccessToken(ada, { onAccepted })).userId);
  await source.clear();
  const accessToken = await source.get();
  came.push(accessToken === (await tokens.get(ada)).accessToken);
  came.push((await broken(new Request('https://app.test/access-token', { method: 'POST' }))).status);
  await outdate(ada.userId);
  const { done } = await tokens.reissueAll({ onProgress });
  came.push(done);
  await tokens.forget(ada.userId);
}
source.close();
await client.close();
await close();
console.log(JSON.stringify({ came, called }));
