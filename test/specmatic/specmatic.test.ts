import { fileURLToPath } from 'node:url';
import { startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import { describe, expect, it } from 'vitest';
import { startServe } from '../stores/start-serve.js';
import { isExpected } from '../support/find-program.js';
import { withoutState } from '../support/without-state.js';
import { writeJwt } from '../support/write-jwt.js';
import { hasJava, runSpecmatic } from './run-specmatic.js';
import { startProxy } from './start-proxy.js';

const pathOf = (specifier: string) => fileURLToPath(import.meta.resolve(specifier));

// With CI=true they fail where there is no Java.
describe.runIf(isExpected(hasJava()))('Specmatic, which draws good and bad requests from the document,', () => {
  it('disagrees with no answer of the mock', async () => {
    await using mock = await startMock({ port: 0, rateLimit: false, document: withoutState });
    const isProof = (name: string) => /^(rc-)?(app-key|nonce|timestamp|signature)$/.test(name);
    await using proxy = await startProxy(mock.url, isProof, () => signRequest(mock));
    const { tests, disagreements, output } = await runSpecmatic(
      pathOf('@nexconn-kit/contract/openapi.yaml'),
      proxy.url,
    );
    expect(disagreements, output.slice(-8000)).toEqual([]);
    expect(tests).toBeGreaterThan(500);
  });

  it('disagrees with no answer of nexconn serve', async () => {
    await using mock = await startMock({ port: 0, rateLimit: false });
    const secret = 'a-secret-of-forty-characters-for-this-test';
    await using serve = await startServe({
      NEXCONN_APP_KEY: mock.appKey,
      NEXCONN_APP_SECRET: mock.appSecret,
      NEXCONN_BASE_URL: mock.url,
      NEXCONN_STORE: 'memory',
      NEXCONN_JWT_SECRET: secret,
      NEXCONN_REQUESTS_PER_MINUTE: '1000000',
    });
    const prove = () => ({ authorization: `Bearer ${writeJwt('jlk456j5', secret)}` });
    await using proxy = await startProxy(serve.url, (name) => name === 'authorization', prove);
    const document = pathOf('@nexconn-kit/token-service/token-endpoint/openapi.yaml');
    const { tests, disagreements, output } = await runSpecmatic(document, proxy.url);
    expect(disagreements, output.slice(-8000)).toEqual([]);
    expect(tests).toBeGreaterThan(25);
  });
});
