import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleSources } from '../support/bundle-sources.js';
import { hasPrograms, programPath } from '../support/find-program.js';
import { onFreePort } from '../support/free-port.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';
import { startCommand } from '../support/start-command.js';
import { until } from '../support/until.js';

const nexconn = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
/** This machine by an address that is not known to be it, so that a proxy of the environment is asked. */
const elsewhere = '0.0.0.0';

/** Starts a tinyproxy that asks for a password, and lets `CONNECT` through to one port. */
async function startTinyproxy(allowedPort: string) {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-tinyproxy-'));
  const log = join(folder, 'log');
  const { port, child } = await onFreePort(async (free) => {
    const lines = [
      `Port ${free}`,
      'Listen 127.0.0.1',
      'Timeout 600',
      'MaxClients 20',
      `LogFile "${log}"`,
      'LogLevel Connect',
      'BasicAuth user hunter2',
      `ConnectPort ${allowedPort}`,
    ];
    await writeFile(join(folder, 'conf'), `${lines.join('\n')}\n`);
    const started = spawn(programPath('tinyproxy'), ['-d', '-c', join(folder, 'conf')], {
      stdio: 'ignore',
      detached: true,
    });
    return { port: free, child: killAtExit(started) };
  });
  await until(
    () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy()));
        socket.on('error', reject);
      }),
  );
  return {
    host: `127.0.0.1:${port}`,
    log: () => readFile(log, 'utf8'),
    [Symbol.asyncDispose]: async () => {
      await stopProcess(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe.runIf(hasPrograms('tinyproxy'))('nexconn token issue and doctor over a tinyproxy of the environment', () => {
  it('gets a token from an https mock, and names the proxy without its password where that refuses', async () => {
    const mock = startCommand(nexconn, ['mock', '--port', '0', '--tls', elsewhere], {});
    const [, port = ''] = await mock.waitFor(/^ *NEXCONN_BASE_URL=https:\/\/.*:(\d+)$/m);
    const settings = Object.fromEntries(
      [...mock.stdout().matchAll(/^ *((?:NEXCONN|NODE)_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    await using proxy = await startTinyproxy(port);
    const issue = async (toPort: string, more: Record<string, string>) => {
      const args = [
        'token',
        'issue',
        '--user-id',
        'jlk456j5',
        '--name',
        'Ada',
        '--base-url',
        `https://${elsewhere}:${toPort}`,
      ];
      return startCommand(nexconn, [...args, '--timeout-ms', '60000'], { ...settings, ...more }).ended;
    };

    const examine = (password: string) => {
      const env = { ...settings, NEXCONN_BASE_URL: `https://${elsewhere}:${port}` };
      const proxied = { ...env, HTTPS_PROXY: `http://user:${password}@${proxy.host}` };
      return startCommand(nexconn, ['doctor', '--timeout-ms', '60000'], proxied).ended;
    };
    const [well, ill] = await Promise.all([examine('hunter2'), examine('hunter3')]);
    expect([well.code, ill.code]).toEqual([0, 1]);
    expect(well.stdout.replace(/\s+/g, ' ')).toContain(`Reached over the proxy http://${proxy.host} (HTTPS_PROXY)`);
    expect(ill.stdout.replace(/\s+/g, ' ')).toMatch(new RegExp(`The proxy http://${proxy.host} .*\\(HTTP 40[17]\\)`));
    expect(well.stdout + ill.stdout).not.toContain('hunter');

    const issued = await issue(port, { HTTPS_PROXY: `http://user:hunter2@${proxy.host}` });
    expect(issued).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(issued.stdout)).toMatchObject({ userId: 'jlk456j5' });
    expect(await proxy.log()).toContain(`CONNECT ${elsewhere}:${port} HTTP/1.1`);

    const [unknown, forbidden, direct] = await Promise.all([
      issue(port, { HTTPS_PROXY: `http://user:hunter3@${proxy.host}` }),
      issue('9', { HTTPS_PROXY: `http://user:hunter2@${proxy.host}` }),
      issue(port, { HTTPS_PROXY: `http://user:hunter3@${proxy.host}`, NO_PROXY: elsewhere }),
    ]);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(new RegExp(`the proxy http://${proxy.host} .*\\(HTTP 40[17]\\)`));
    expect(forbidden).toMatchObject({ code: 1, stdout: '' });
    expect(forbidden.stderr).toContain(
      `the proxy http://${proxy.host} refused to connect to https://${elsewhere}:9 (HTTP 403)`,
    );
    expect(unknown.stderr + forbidden.stderr).not.toContain('hunter');
    expect(direct).toMatchObject({ code: 0 });
  });
});
