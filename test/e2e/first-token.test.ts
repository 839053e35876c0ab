import { createNexconnClient, type NexconnClient, NexconnError } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasPrograms } from '../support/find-program.js';
import { patient } from '../support/patient.js';
import { runCommand } from '../support/run-command.js';

// With CI=true a missing program is a failure, not a test left out.
const withCurl = it.runIf(hasPrograms('curl', 'openssl'));

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0 });
});
afterAll(() => mock?.close());

it('the client gets a token over HTTP', async () => {
  const nexconn = makeClient(mock.appSecret);
  const { userId, accessToken } = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  expect(userId).toBe('jlk456j5');
  expect(Buffer.byteLength(accessToken)).toBeLessThanOrEqual(256);
  // It is one that lets this user in, and no other text does.
  expect(await checkToken(accessToken)).toMatchObject({ code: 0, userId });
  expect((await checkToken(`${accessToken}x`)).code).not.toBe(0);
});

it('the same user gets another token at the next call', async () => {
  const nexconn = makeClient(mock.appSecret);
  const first = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  const second = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  expect(second.accessToken).not.toBe(first.accessToken);
  for (const { accessToken } of [first, second]) expect((await checkToken(accessToken)).code).toBe(0);
});

withCurl('curl gets a token with a signature that openssl makes', async () => {
  const { status, body } = await issueWithCurl(mock.appSecret);
  expect(status).toBe(200);
  expect(body).toEqual({ code: 0, result: { userId: 'jlk456j5', accessToken: expect.any(String) } });
  const { accessToken } = (body as { result: { accessToken: string } }).result;
  expect(await checkToken(accessToken)).toMatchObject({ code: 0, userId: 'jlk456j5' });
});

withCurl('curl gets code 1004 with the signature of another secret', async () => {
  const { status, body } = await issueWithCurl('anotherSecret');
  expect(status).toBe(401);
  expect(body).toMatchObject({ code: 1004, errorMessage: expect.any(String) });
});

it('the client throws a typed error when its secret is wrong, and does not show the secret', async () => {
  const appSecret = 'anotherSecret';
  const nexconn = makeClient(appSecret);
  const error = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NexconnError);
  expect(error).toMatchObject({
    apiCode: 1004,
    status: 401,
    operationId: 'issueAccessToken',
    code: 'SIGNATURE_REJECTED',
  });
  expect(`${(error as Error).message}${(error as Error).stack}${JSON.stringify(error)}`).not.toContain(appSecret);
});

const checkToken = (token: string) => mock.console.checkToken({ appKey: mock.appKey, token });

function makeClient(appSecret: string): NexconnClient {
  return createNexconnClient({ appKey: mock.appKey, appSecret, baseUrl: mock.url, ...patient });
}

async function issueWithCurl(appSecret: string): Promise<{ status: number; body: unknown }> {
  const script = `
    nonce=$RANDOM$RANDOM
    timestamp=$(($(date +%s) * 1000))
    signature=$(printf %s "$APP_SECRET$nonce$timestamp" | openssl dgst -sha1 -r | cut -d ' ' -f 1)
    curl -sS "$BASE_URL/v4/auth/access-token/issue" -w '\\n%{http_code}' \\
      -H "App-Key: $APP_KEY" -H "Nonce: $nonce" -H "Timestamp: $timestamp" -H "Signature: $signature" \\
      -H 'Content-Type: application/json' -d '{"userId":"jlk456j5","name":"Ada"}'`;
  const env = { APP_KEY: mock.appKey, APP_SECRET: appSecret, BASE_URL: mock.url };
  const { exitCode, output } = await runCommand('bash', ['-c', script], { cwd: import.meta.dirname, env });
  expect(exitCode, output).toBe(0);
  const [body = '', status] = output.split('\n');
  return { status: Number(status), body: JSON.parse(body) };
}
