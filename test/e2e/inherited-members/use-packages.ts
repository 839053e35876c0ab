// A process in which some other library, or somebody who pollutes prototypes, has given every object, list and text an enumerable
// member before our packages are imported. Answers what comes of each of them.

for (const { prototype } of [Object, Array, String, Function]) {
  Object.assign(prototype, { ofEveryone() {} });
}
const { createHash } = await import('node:crypto');
const { createNexconnClient } = await import('@nexconn-kit/client');
const { startMock } = await import('@nexconn-kit/mock');
const { createNonceStore, explainMismatch, signRequest, verifySignature } = await import('@nexconn-kit/signing');
const { signRequest: signByWebCrypto } = await import('@nexconn-kit/signing/webcrypto');
const { createEncryptedStore, createMemoryStore, createTokenHandler, createTokenService } = await import(
  '@nexconn-kit/token-service'
);
const { createTokenSource } = await import('@nexconn-kit/token-source');
const { patient } = await import('../../support/patient.js');

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const user = { userId: 'ada', name: 'Ada' };
const key = createHash('sha256').update('a key').digest('base64');

const mock = await startMock({ port: 0 });
const client = createNexconnClient({ ...patient, ...credentials, baseUrl: mock.url });
const overFetch = createNexconnClient({ ...patient, ...credentials, baseUrl: mock.url, fetch });
const store = createEncryptedStore(createMemoryStore(), { keys: [key] });
const tokens = createTokenService({ client, store });
const handle = createTokenHandler(tokens, { authenticate: () => user });
const source = createTokenSource({
  endpoint: 'http://localhost/access-token',
  userId: user.userId,
  fetch: async (url, init) => handle(new Request(url, init)),
});

const uses: Record<string, () => unknown> = {
  signRequest: () => verifySignature(signRequest(credentials), { secretFor: () => credentials.appSecret }).ok,
  verifySignature: async () => {
    const nonceStore = createNonceStore({ capacity: 10 });
    const headers = await signByWebCrypto(credentials, { nonce: () => 'abc' });
    const options = { secretFor: () => credentials.appSecret, nonceStore };
    return [verifySignature(headers, options).ok, verifySignature(headers, options).ok];
  },
  explainMismatch: () => explainMismatch(signRequest({ ...credentials, appSecret: credentials.appKey }), credentials),
  client: async () => (await client.issueAccessToken(user, { priority: 'bulk' })).userId,
  'client over a fetch': async () => (await overFetch.issueAccessToken(user)).userId,
  'client.http': async () =>
    (await client.http.POST('/v4/auth/access-token/issue', { body: user })).data?.result.userId,
  'token service': async () => (await tokens.get(user)).userId,
  reissueAll: async () => (await tokens.reissueAll({ concurrency: 2 })).failed,
  'token source': async () => (await source.get()).length > 0,
  'console of the mock': async () => (await mock.console.listApps()).apps.length,
};

const outcomes: Record<string, unknown> = {};
for (const [name, use] of Object.entries(uses)) {
  try {
    outcomes[name] = await use();
  } catch (error) {
    outcomes[name] = `${error}`;
  }
}
process.on('message', () => process.send?.(outcomes));
process.send?.('ready');
