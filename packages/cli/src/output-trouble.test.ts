import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { expect, onTestFinished, test } from 'vitest';
import { bundleFlags } from '../../../test/support/bundle-sources.js';
import { until } from '../../../test/support/until.js';
import { bin, startCli } from '../test/support/start-cli.js';

const servers: Record<string, { args: string[]; env: Record<string, string>; ready: RegExp }> = {
  mock: { args: ['mock', '--port', '0'], env: {}, ready: /ready at (http:\S+)[\s\S]*Ctrl-C/ },
  serve: {
    args: ['serve'],
    env: {
      NEXCONN_APP_KEY: 'uwd1c0sxdlx2',
      NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0',
      NEXCONN_BASE_URL: 'http://127.0.0.1:9',
      NEXCONN_JWT_SECRET: 'a shared secret of at least thirty-two bytes',
      NEXCONN_STORE: 'memory',
      NEXCONN_PORT: '0',
    },
    ready: /"url":"(http:[^"]+)".*"listening"/,
  },
  sandbox: {
    args: ['sandbox', '--no-state', '--mock-port', '0', '--tokens-port', '0', '--docs-port', '0'],
    env: {},
    ready: /Token service {2}(http:\S+)[\s\S]*Ctrl-C/,
  },
};

/** Starts a server whose output goes to this descriptor, and waits for its URL in what that has taken. */
async function start(name: string, descriptor: number, output: () => string) {
  const { args, env, ready } = servers[name] as (typeof servers)[string];
  const child = spawn(process.execPath, [...bundleFlags, bin, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', descriptor, 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  closeSync(descriptor);
  await until(() => expect(output()).toMatch(ready));
  const [, url = ''] = ready.exec(output()) ?? [];
  return { child, url };
}

/** Most requests are a line of output. */
async function askTwentyTimes(url: string): Promise<void> {
  for (let asked = 0; asked < 20; asked += 1) {
    const response = await fetch(`${url}/access-token`, { method: 'POST' });
    await response.arrayBuffer();
    expect(response.status).toBeLessThan(500);
  }
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexconn-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test.each(Object.keys(servers))(
  'a reader of its output that reads nothing stops no answer of nexconn %s',
  async (name) => {
    const pipe = join(makeFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    // Opened for both, it waits for nobody and has a reader for as long as the test.
    const both = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(both));
    let text = '';
    const bytes = Buffer.alloc(65_536);
    const readOn = (): string => {
      try {
        text += bytes.toString('utf8', 0, readSync(both, bytes));
      } catch (error) {
        expect(error).toMatchObject({ code: 'EAGAIN' });
      }
      return text;
    };
    const { child, url } = await start(name, openSync(pipe, constants.O_WRONLY), readOn);
    expect(() => {
      for (;;) writeSync(both, bytes, 0, 1);
    }).toThrow(/EAGAIN/);
    await askTwentyTimes(url);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

// Only Linux can change the limits of a process that runs.
test.runIf(process.platform === 'linux')('a full disk under its output ends no mock', async () => {
  const file = join(makeFolder(), 'log');
  const log = (): string => readFileSync(file, 'utf8');
  const { child, url } = await start('mock', openSync(file, 'a'), log);
  const limitFiles = (size: string): Buffer =>
    execFileSync('prlimit', ['--pid', `${child.pid}`, `--fsize=${size}:unlimited`]);
  limitFiles(`${statSync(file).size + 10}`);
  await askTwentyTimes(url);
  limitFiles('unlimited');
  const { size } = statSync(file);
  await askTwentyTimes(url);
  await until(() => expect(statSync(file).size).toBeGreaterThan(size));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

const asApp = { NEXCONN_APP_KEY: 'uwd1c0sxdlx2', NEXCONN_APP_SECRET: 'Y1W2MeFwwwRxa0' };
const issueAda = ['token', 'issue', '--user-id', 'jlk456j5', '--name', 'Ada'];

/** Runs a command with these in place of stdout and stderr, and returns how it ended and what its stderr was told. */
async function runInto(files: { stdout?: string; stderr?: string }, args: string[], env: Record<string, string>) {
  const [stdout, stderr] = [files.stdout, files.stderr].map((file) => (file ? openSync(file, 'w') : 'pipe'));
  const child = spawn(process.execPath, [...bundleFlags, bin, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', stdout, stderr],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for (const descriptor of [stdout, stderr]) if (typeof descriptor === 'number') closeSync(descriptor);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code, signal] = await once(child, 'close');
  return { code, signal, stderr: said };
}

test.runIf(process.platform === 'linux')(
  'output that a full disk does not take is told, with exit code 1',
  async () => {
    await using mock = await startMock({ port: 0 });
    const env = { ...asApp, NEXCONN_BASE_URL: mock.url };
    const message = expect.stringMatching(/^The output cannot be written \(ENOSPC\)\.[^\n]*\n$/);
    const keys = { NEXCONN_STORE: 'memory', NEXCONN_ENCRYPTION_KEYS: randomBytes(32).toString('base64') };
    const stdout = '/dev/full';
    for (const args of [issueAda, ['sign'], ['token', 'reencrypt'], ['--help'], ['--version']]) {
      expect(await runInto({ stdout }, args, { ...env, ...keys })).toEqual({ code: 1, signal: null, stderr: message });
    }
    const { stderr } = await runInto({ stdout }, [...issueAda, '--json'], env);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'FILE_NOT_WRITTEN', message: expect.any(String) } });
    // An error for which there is no room leaves the exit code.
    expect(await runInto({ stderr: '/dev/full' }, ['sign', '--timestamp', 'x'], env)).toMatchObject({ code: 2 });
  },
);

// Were one of them an error, so would the other be, of those who want the exit code alone.
test.runIf(process.platform === 'linux')(
  'a closed output, which Node opens as /dev/null, cannot be told from one that is not wanted',
  async () => {
    const command = [process.execPath, ...bundleFlags, bin];
    for (const args of [['sign'], ['--help'], ['--version']]) {
      for (const [script, stdio] of [
        ['exec "$@" >&-', 'inherit'],
        ['exec "$@"', 'ignore'],
      ] as const) {
        const child = spawn('sh', ['-c', script, 'sh', ...command, ...args], {
          env: { PATH: process.env.PATH ?? '', ...asApp },
          stdio: ['ignore', stdio, 'pipe'],
        });
        onTestFinished(() => void child.kill('SIGKILL'));
        let said = '';
        child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
        expect([await once(child, 'close'), said]).toEqual([[0, null], '']);
      }
    }
  },
);

test.each(['sign', '--version'])('a reader that has gone before %s writes ends it quietly', async (arg) => {
  const cli = startCli([arg], asApp);
  cli.process.stdout.destroy();
  expect(await cli.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
});

test('a mock whose reader goes away ends as it does by Ctrl-C: its files go with it', async () => {
  const readyFile = join(makeFolder(), 'ready');
  const cli = startCli(['mock', '--port', '0', '--ready-file', readyFile]);
  const [, url = ''] = await cli.waitFor(/ready at (http:\S+)[\s\S]*Ctrl-C stops it\./);
  expect(statSync(readyFile).size).toBeGreaterThan(0);
  cli.process.stdout.destroy();
  await fetch(url).catch(() => {});
  expect(await cli.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(() => statSync(readyFile)).toThrow(/ENOENT/);
});

test.each(['mock', 'sandbox'])('SIGHUP, as when the terminal goes, ends nexconn %s as Ctrl-C does', async (name) => {
  const { args, ready } = servers[name] as (typeof servers)[string];
  const cli = startCli(args);
  const [, url = ''] = await cli.waitFor(ready);
  cli.process.kill('SIGHUP');
  expect(await cli.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  await expect(fetch(url)).rejects.toThrow();
});
