import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleFlags } from '../../../../test/support/bundle-sources.js';
import { until } from '../../../../test/support/until.js';
import { bin, type StartedServer, startServer } from '../../test/support/start-server.js';

const env = {
  NEXCONN_APP_KEY: 'uwd1c0sxdlx2',
  NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0',
  NEXCONN_BASE_URL: 'http://127.0.0.1:9',
  NEXCONN_JWT_SECRET: 'a shared secret of at least thirty-two bytes',
  NEXCONN_STORE: 'memory',
  NEXCONN_PORT: '0',
};

/** Each request is a line of the log. */
async function ask(url: string): Promise<number> {
  const response = await fetch(`${url}/access-token`, { method: 'POST' });
  await response.arrayBuffer();
  return response.status;
}

async function start(): Promise<{ readonly cli: StartedServer; readonly url: string }> {
  const cli = startServer(['serve'], env);
  const [, url = ''] = await cli.waitFor(/"url":"(http:[^"]+)".*"listening"/);
  return { cli, url };
}

test('a reader of the log that goes away ends no server', async () => {
  const { cli, url } = await start();
  cli.process.stdout.destroy();
  for (let asked = 0; asked < 20; asked += 1) expect(await ask(url)).toBe(401);
  cli.process.kill('SIGTERM');
  expect(await once(cli.process, 'exit')).toEqual([0, null]);
});

test('SIGHUP lets it finish, as SIGTERM does', async () => {
  const { cli } = await start();
  cli.process.kill('SIGHUP');
  const { code, signal, stdout } = await cli.ended;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(stdout).toMatch(/"draining".*"stopped"/s);
});

// Only Linux can change the limits of a process that runs.
test.runIf(process.platform === 'linux')(
  'a full disk under the log ends no server, and the log goes on when there is room',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexconn-log-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'log');
    const nodeArgs = [...bundleFlags, bin];
    const child = spawn(process.execPath, nodeArgs, {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', openSync(file, 'a'), 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const log = (): string => readFileSync(file, 'utf8');
    await until(() => expect(log()).toContain('listening'));
    const [, url = ''] = /"url":"(http:[^"]+)"/.exec(log()) ?? [];

    // No file of the process can grow beyond this: writing fails then as on a full disk, in the kernel.
    limitFiles(child, `${statSync(file).size + 10}`);
    for (let asked = 0; asked < 20; asked += 1) expect(await ask(url)).toBe(401);
    limitFiles(child, 'unlimited');
    expect(await ask(url)).toBe(401);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const lines = log().trimEnd().split('\n');
    // One of them was cut off.
    expect(lines.filter((line) => !line.endsWith('}'))).toHaveLength(1);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ msg: 'stopped' });
  },
);

function limitFiles({ pid }: ChildProcess, bytes: string): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:unlimited`]);
}
