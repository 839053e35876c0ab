import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startMock } from '@nexconn-kit/mock';
import { expect, test } from 'vitest';
import { sourceFlags } from '../../support/start-script.js';

/** Issues a token, and prints what of undici was loaded for it, of that of npm and of that within Node. */
const script = `
  import { createRequire } from 'node:module';
  import { createNexconnClient } from '@nexconn-kit/client';
  await createNexconnClient().issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
  const { cache } = createRequire(import.meta.url);
  const ofNpm = Object.keys(cache).flatMap((path) => /node_modules.undici.(.*)$/.exec(path)?.[1].replaceAll('\\\\', '/') ?? []);
  console.log(JSON.stringify([...ofNpm, ...process.moduleLoadList.filter((name) => name.includes('undici'))]));
`;

test('a call loads what opens connections, and neither the rest of undici nor the fetch of Node', async () => {
  await using mock = await startMock({ port: 0 });
  const { appKey, appSecret, url } = mock;
  const env = {
    PATH: process.env.PATH,
    NEXCONN_APP_KEY: appKey,
    NEXCONN_APP_SECRET: appSecret,
    NEXCONN_BASE_URL: url,
  };
  const args = [...sourceFlags, '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: import.meta.dirname });
  const loaded: string[] = JSON.parse(stdout);
  expect(loaded).toEqual(expect.arrayContaining(['lib/dispatcher/client.js', 'lib/core/connect.js']));
  expect(
    loaded.filter((name) => !/^lib\/(core|dispatcher|util|web\/fetch|llhttp|handler|interceptor)\//.test(name)),
  ).toEqual([]);
  expect(loaded).not.toContain('index.js');
});
