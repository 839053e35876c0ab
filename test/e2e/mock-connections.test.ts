import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { signRequest } from '@nexconn-kit/signing';
import { expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';

const cli = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
const recorder = new URL('./mock-connections/record-connections.mjs', import.meta.url).href;
const issuePath = '/v4/auth/access-token/issue';

it('the mock makes no connection of its own, whatever it is asked', async () => {
  const opened = await connectionsOf([cli, 'mock', '--port', '0'], exercise);
  expect(opened).toEqual([]);
});

it('a connection would be seen', async () => {
  const program = `process.once('SIGTERM', () => process.exit());
    await fetch('http://127.0.0.1:65534').catch(() => {});
    setInterval(() => console.log('at http://127.0.0.1:65534'), 50);`;
  const opened = await connectionsOf(['--input-type=module', '--eval', program], async () => {});
  expect(opened).toEqual([expect.stringContaining('127.0.0.1')]);
});

/** Runs a program that says where it listens, has it used, and resolves with the connections that it made. */
async function connectionsOf(args: string[], use: (url: string) => Promise<void>): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-connections-'));
  const file = join(folder, 'connections.json');
  const env = { PATH: process.env.PATH, CONNECTIONS_FILE: file };
  const child = killAtExit(
    spawn(process.execPath, [...bundleFlags, '--import', recorder, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    }),
  );
  const ended = once(child, 'close');
  try {
    await use(await firstUrl(child.stdout));
    child.kill('SIGTERM');
    await ended;
    return JSON.parse(await readFile(file, 'utf8'));
  } finally {
    await stopProcess(child);
    await rm(folder, { recursive: true });
  }
}

function firstUrl(output: Readable): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('data', (chunk: Buffer) => {
      text += chunk;
      const url = /at (http:\/\/\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    output.on('end', () => reject(new Error(`The program ended without saying where it listens: ${text}`)));
  });
}

/** Asks for each kind of answer: issued, refused, of Prism, of a fault, of the console and of its page. */
async function exercise(url: string): Promise<void> {
  const { apps } = (await (await post(`${url}/_console/api/apps/list`, {})).json()) as { apps: { appKey: string }[] };
  const credentials = { appKey: apps[0]?.appKey ?? '', appSecret: 'Y1W2MeFwwwRxa0' };
  const issue = async (userId: string, headers: Record<string, string> = {}): Promise<number> => {
    const signed = { ...signRequest(credentials), ...headers };
    const avatarUrl = 'https://example.com/avatar.png';
    return (await post(`${url}${issuePath}`, { userId, name: 'Ada', avatarUrl }, signed)).status;
  };
  expect(await issue('u1')).toBe(200);
  expect(await issue('u1', { signature: 'junk' })).toBe(401);
  expect(await issue('u1', { prefer: 'code=504' })).toBe(504);
  expect(await issue('u1', { 'x-mock-fault': 'html=502' })).toBe(502);
  expect(await issue('u1', { origin: 'https://app.example.com', host: 'api.sg-light-api.com' })).toBe(200);
  expect((await fetch(`${url}/_console`)).status).toBe(200);
  expect((await post(`${url}/_console/api/state/take-snapshot`, {})).status).toBe(200);
}

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const contentType = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers: { ...contentType, ...headers }, body: JSON.stringify(body) });
}
