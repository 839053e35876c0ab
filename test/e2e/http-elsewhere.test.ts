import { createNexconnClient, NexconnConfigurationError } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { expect, it } from 'vitest';
import { bundleSources } from '../support/bundle-sources.js';
import { startCommand } from '../support/start-command.js';

const binOf = (name: string): Promise<string> =>
  bundleSources(new URL(`../../packages/${name}/src/bin.ts`, import.meta.url));
const [nexconn, tokenServer] = (await Promise.all(['cli', 'token-server'].map(binOf))) as [string, string];

/** Starts a mock, and returns its address as that of another machine, which `0.0.0.0` counts as. */
async function startElsewhere() {
  const mock = await startMock({ port: 0, host: '0.0.0.0' });
  const { appKey, appSecret } = mock;
  return {
    app: { appKey, appSecret, baseUrl: mock.url.replace('127.0.0.1', '0.0.0.0') },
    [Symbol.asyncDispose]: mock.close,
  };
}

it('the client refuses http: to another machine by the name of the option that allows it', async () => {
  await using elsewhere = await startElsewhere();
  const create = (options = {}) => createNexconnClient({ ...elsewhere.app, ...options });
  expect(create).toThrow(NexconnConfigurationError);
  expect(create).toThrow(
    / not encrypted: http:\/\/0\.0\.0\.0:\d+; .* dangerouslyAllowHttp \(NEXCONN_DANGEROUSLY_ALLOW_HTTP=true\)/,
  );
  await using client = create({ dangerouslyAllowHttp: true });
  expect(await client.issueAccessToken({ userId: 'ada1', name: 'Ada' })).toMatchObject({ userId: 'ada1' });
});

it.each([
  ['nexconn token issue', nexconn, ['token', 'issue', '--user-id', 'ada1', '--name', 'Ada'], 'ada1'],
  ['nexconn-token-server --check', tokenServer, ['--check'], 'App Key and App Secret are accepted'],
])('%s refuses it by the name of a variable, and with that does it', async (_, bin, args, done) => {
  await using elsewhere = await startElsewhere();
  const { appKey, appSecret, baseUrl } = elsewhere.app;
  const server = { NEXCONN_STORE: 'memory', NEXCONN_JWT_SECRET: 'only-for-trials-only-for-trials-only' };
  const env = { ...server, NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl };
  const refused = await startCommand(bin, args, env).ended;
  expect(refused.code).toBeGreaterThan(0);
  const [, name = '', value = ''] =
    /(NEXCONN_DANGEROUSLY_ALLOW_HTTP)=(true)/.exec(refused.stderr + refused.stdout) ?? [];
  const { code, stdout } = await startCommand(bin, args, { ...env, [name]: value }).ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining(done)]);
});
