import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNexconnClient, type NexconnClient } from '@nexconn-kit/client';
import { operationTable } from '@nexconn-kit/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../../../../test/support/until.js';
import { runCaptured } from '../../../test/support/run-captured.js';
import { endsByItself, type StartedCli, startCli } from '../../../test/support/start-cli.js';

const count = Object.keys(operationTable).length;
const spec = fileURLToPath(new URL('../../../../../spec/nexconn', import.meta.url));
const pingPath = `get:
  operationId: ping
  security: []
  responses: {'200': {description: Up., content: {application/json: {schema: {type: object}, example: {up: yes}}}}}
`;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexconn-document-'));
  await cp(spec, folder, { recursive: true });
  path = join(folder, 'openapi.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

interface Watched {
  readonly cli: StartedCli;
  readonly url: string;
  readonly client: NexconnClient;
  /** What the mock says of a token. */
  readonly check: (token: string) => Promise<unknown>;
}

async function startWatching(): Promise<Watched> {
  const cli = startCli(['mock', '--port', '0', '--watch', '--document', path], endsByItself);
  const [text, url = ''] = await cli.waitFor(/The mock of \S+ is ready at (http:\S+)\n[\s\S]*Ctrl-C stops it\./);
  expect(text).toContain(`The mock of ${path} is ready`);
  expect(text).toContain(`It plays ${count} operation`);
  const { NEXCONN_APP_KEY: appKey = '', NEXCONN_APP_SECRET: appSecret = '' } = Object.fromEntries(
    [...text.matchAll(/(NEXCONN_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  );
  const check = async (token: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ appKey, token });
    return (await fetch(`${url}/_console/api/tokens/check`, { method: 'POST', headers, body })).json();
  };
  return { cli, url, client: createNexconnClient({ appKey, appSecret, baseUrl: url }), check };
}

/** Saves a change of a file as many editors do: into another one, which then takes the name. */
async function edit(name: string, change: (text: string) => string): Promise<void> {
  const file = join(folder, name);
  await writeFile(`${file}~`, change(await readFile(file, 'utf8')));
  await rename(`${file}~`, file);
}

/** Resolves once the mock has said that much. */
const untilSaid = (text: () => string, pattern: RegExp): Promise<void> => until(() => expect(text()).toMatch(pattern));

/** What it prints once it has played the document with one operation more for so many times. */
const reloaded = (times: number) => new RegExp(`(Reloaded: ${count + 1} operations\\n[\\s\\S]*){${times}}`);

test('--watch plays new endpoints and changed schemas, keeps tokens, and keeps the last good document', async () => {
  const { cli, url, client, check } = await startWatching();
  const { accessToken } = await client.issueAccessToken({ userId: 'ada1', name: 'Ada' });

  await writeFile(join(folder, 'paths/ping.yaml'), pingPath);
  await edit('openapi.yaml', (text) => text.replace(/^paths:\n/m, 'paths:\n  /ping: {$ref: paths/ping.yaml}\n'));
  await untilSaid(cli.stdout, reloaded(1));
  expect(await (await fetch(`${url}/ping`)).json()).toEqual({ up: 'yes' });

  await edit('schemas/IssueAccessTokenRequest.yaml', (text) => text.replace('maxLength: 64', 'maxLength: 3'));
  await untilSaid(cli.stdout, reloaded(2));
  await expect(client.issueAccessToken({ userId: 'ada12', name: 'Ada' })).rejects.toMatchObject({ apiCode: 1005 });

  await edit('paths/ping.yaml', (text) => `${text}broken: [\n`);
  await untilSaid(cli.stderr, /paths\/ping\.yaml:6:\d+ {2}#\n {2}YAML: .*\n {2}→ .*\nNot reloaded: .*\n$/);
  expect((await fetch(`${url}/ping`)).status).toBe(200);

  await edit('paths/ping.yaml', () => pingPath.replace('up: yes', 'up: again'));
  await untilSaid(cli.stdout, reloaded(3));
  expect(await (await fetch(`${url}/ping`)).json()).toEqual({ up: 'again' });

  expect(await check(accessToken)).toMatchObject({ code: 0, userId: 'ada1' });
  const { entries } = (await (await fetch(`${url}/_console/api/journal/list`, { method: 'POST' })).json()) as {
    entries: object[];
  };
  expect(entries).toHaveLength(5);

  cli.process.kill('SIGTERM');
  // The pipes are its own stdout and stderr: no watcher is left that could hold it up.
  expect(await cli.ended).toMatchObject({
    code: 0,
    signal: null,
    stderr: expect.stringMatching(/left (PipeWrap(,|$))*$/),
  });
});

test('a document without any extension of ours is played', async () => {
  await writeFile(path, `openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\npaths:\n  /ping: {$ref: paths/ping.yaml}\n`);
  await writeFile(join(folder, 'paths/ping.yaml'), pingPath);
  const script = `const base = process.env.NEXCONN_BASE_URL;
    Promise.all([fetch(base + '/ping'), fetch(base + '/pong')]).then(async ([up, missing]) => {
      const told = [await up.json(), missing.status, await missing.json()];
      process.exit(JSON.stringify(told.slice(0, 2)) === '[{"up":"yes"},404]' && /pong/.test(told[2].detail) ? 5 : 6);
    });`;
  const args = ['mock', '--document', path, '--', process.execPath, '-e', script];
  const { code } = await runCaptured(args, { stopSignal: () => new AbortController().signal });
  expect(code).toBe(5);
});

test.each([
  ['YAML that is broken', 'openapi: [\n', /openapi\.yaml:2:1 {2}#\n {2}YAML: /],
  ['another version', 'openapi: 4.0.0\n', /openapi\.yaml:1:1 {2}#\/openapi\n.*only 3\.0[^\n]*\n {2}→ Begin it with/],
])('%s ends the start with exit code 1 and the place', async (_, text, said) => {
  await writeFile(path, text);
  const { code, stdout, stderr } = await runCaptured(['mock', '--port', '0', '--document', path]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(said);
});

test('a document that is not there ends the start with exit code 1', async () => {
  const { code, stderr } = await runCaptured(['mock', '--port', '0', '--document', '/nowhere/openapi.yaml']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\/nowhere\/openapi\.yaml\n {2}There is no such file\./);
});
