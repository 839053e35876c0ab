import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { siteFolder } from '@nexconn-kit/docs';
import { signRequest } from '@nexconn-kit/signing';
import { beforeAll, expect, test } from 'vitest';
import { hasPrograms } from '../../../test/support/find-program.js';
import { exampleEnv } from '../test/support/run-captured.js';
import { endsByItself, type StartedCli, startCli } from '../test/support/start-cli.js';

const withCurl = test.runIf(hasPrograms('curl', 'openssl'));
const anyPorts = ['sandbox', '--no-state', '--mock-port', '0', '--tokens-port', '0', '--docs-port', '0'];

beforeAll(() => {
  if (existsSync(siteFolder)) return;
  const build = fileURLToPath(new URL('../../docs/build/build-site.ts', import.meta.url));
  execFileSync(process.execPath, ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx'), build]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the mock with exit code 0 and frees the port', async (signal) => {
  const cli = startCli(['mock', '--port', '0']);
  const [, url = ''] = await cli.waitFor(/ready at (http:\S+)/);
  expect((await fetch(url)).status).toBe(404);
  cli.process.kill(signal);
  expect(await cli.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  await expect(fetch(url)).rejects.toThrow();
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s leaves nothing open that could hold the mock up, whatever is under way',
  async (signal) => {
    const cli = startCli(['mock', '--port', '0'], endsByItself);
    const [, url = ''] = await cli.waitFor(/ready at (http:\S+)/);
    const post = (path: string, body: string, headers = {}) =>
      fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    const credentials = { appKey: exampleEnv.NEXCONN_APP_KEY, appSecret: exampleEnv.NEXCONN_APP_SECRET };
    const issue = (more: Record<string, string>) =>
      post('/v4/auth/access-token/issue', '{"userId":"u1","name":"Ada"}', { ...signRequest(credentials), ...more });
    // The first loads Prism.
    expect((await issue({ prefer: 'code=429' })).status).toBe(429);
    const underWay = [
      issue({ 'x-mock-fault': 'latency=600000' }),
      issue({ 'x-mock-fault': 'hang' }),
      post('/_console/api/journal/wait-for', '{"count":100,"timeoutMs":60000}'),
    ].map((call) => call.then(String, () => 'cut'));
    const sockets = ['', 'POST / HT', 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{', 'hello\r\n\r\n'].map((bytes) => {
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => {}).write(bytes);
      return socket;
    });
    // The last one's line says that all of them have come.
    await cli.waitFor(/- - +400[\s\S]*code 1002/);
    cli.process.kill(signal);
    const { code, stderr } = await cli.ended;
    for (const socket of sockets) socket.destroy();
    expect(await Promise.all(underWay)).toEqual(['cut', 'cut', 'cut']);
    // The pipes are its own stdout and stderr.
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^left (PipeWrap(,|$))*$/) });
  },
);

test('the exit codes are 0, 1 and 2', async () => {
  const [help, refused, unset] = await Promise.all([
    startCli(['--help']).ended,
    startCli(['token', 'issue', '--user-id', 'a b', '--name', 'Ada', '--region', 'sg'], exampleEnv).ended,
    startCli(['token', 'issue', '--user-id', 'ab', '--name', 'Ada', '--region', 'sg']).ended,
  ]);
  expect([help.code, refused.code, unset.code]).toEqual([0, 1, 2]);
  expect(unset.stderr).toMatch(/^Set NEXCONN_APP_KEY and NEXCONN_APP_SECRET\b[^\n]*\n$/);
});

test('a reader that goes away is not an error', async () => {
  const cli = startCli(['mock', '--port', '0']);
  const [, url = ''] = await cli.waitFor(/ready at (http:\S+)[\s\S]*Ctrl-C stops it\./);
  cli.process.stdout.destroy();
  // The line about this request has nowhere to go.
  await fetch(url).catch(() => {});
  expect(await cli.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
});

test('the sandbox serves the mock, tokens and the reference, and frees all ports', async () => {
  const cli = startCli(anyPorts);
  const { mock, tokens, docs } = await readSandbox(cli);
  expect(await (await fetch(`${docs}/api/`)).text()).toContain('Nexconn Server API');
  expect(await (await fetch(`${docs}/api/openapi.json`)).json()).toHaveProperty('openapi');
  expect(await (await fetch(`${docs}/guides/many-users`)).text()).toContain('Many users');
  cli.process.kill('SIGINT');
  expect(await cli.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  await expect(fetch(mock)).rejects.toThrow();
  await expect(fetch(tokens)).rejects.toThrow();
  await expect(fetch(docs)).rejects.toThrow();
});

test('what the sandbox prints is one screen of 80 columns, the page to open first', async () => {
  const cli = startCli(anyPorts);
  const { text, tokens } = await readSandbox(cli);
  cli.process.kill('SIGINT');
  await cli.ended;
  const lines = text.split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThan(20);
  expect(/http:\S+/.exec(text)?.[0]).toBe(tokens);
});

test('with --curl it shows a token as well, which alone is wider', async () => {
  const cli = startCli([...anyPorts, '--curl']);
  const { text } = await readSandbox(cli);
  cli.process.kill('SIGINT');
  await cli.ended;
  expect(text).not.toContain('add --curl');
  expect(text).toMatch(/issued by the client:\n {2}\S{20,256}\n/);
  expect(text.split('\n').filter((line) => line.length > 80 && !/^ {2}\S+$/.test(line))).toEqual([]);
});

test.each([
  [[], /^\d\d:\d\d:\d\d\.\d{3} {2}POST \/access-token +200 +\d+ ms {2}ada@example\.com\nProduction refuses/m],
  [['--quiet'], /stops it\.\nProduction refuses/],
])('the sandbox with %j says of a request what it is to say', async (flags, said) => {
  const cli = startCli([...anyPorts, ...flags]);
  const { tokens } = await readSandbox(cli);
  await fetch(`${tokens}/access-token`, { method: 'POST', headers: { 'x-user-id': 'ada@example.com' } });
  await cli.waitFor(said);
  cli.process.kill('SIGINT');
  expect(await cli.ended).toMatchObject({ code: 0, stderr: '' });
});

withCurl('the curl line of the sandbox issues a token each time it is pasted into bash', async () => {
  const cli = startCli([...anyPorts, '--curl']);
  const { text } = await readSandbox(cli);
  const script = /into bash\):\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '';
  const answers = [await bash(script), await bash(script)].map((answer) => JSON.parse(answer));
  cli.process.kill('SIGINT');
  await cli.ended;
  for (const answer of answers) expect(answer).toMatchObject({ code: 0, result: { userId: 'jlk456j5' } });
  expect(answers[0].result.accessToken).not.toBe(answers[1].result.accessToken);
});

withCurl('the log-in line of the sandbox gets the same token each time it is pasted into bash', async () => {
  const cli = startCli([...anyPorts, '--curl']);
  const { text } = await readSandbox(cli);
  const script = /through the token service:\n(.*)\n/.exec(text)?.[1] ?? '';
  const [first, second] = [await bash(script), await bash(script)];
  cli.process.kill('SIGINT');
  await cli.ended;
  expect(JSON.parse(first)).toMatchObject({ userId: 'jlk456j5', expiresInSeconds: null });
  expect(second).toBe(first);
});

withCurl('the three variables of the sandbox are all that another client needs', async () => {
  const sandbox = startCli([...anyPorts, '--curl']);
  const { text } = await readSandbox(sandbox);
  const env = Object.fromEntries(
    [...text.matchAll(/^ +(NEXCONN_\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  );
  const [issued, curl] = await Promise.all([
    startCli(['token', 'issue', '--user-id', 'jlk456j5', '--name', 'Ada'], env).ended,
    startCli(['sign', '--curl'], env).ended,
  ]);
  const answer = await bash(curl.stdout.replace(/^curl /, 'curl -sS '));
  sandbox.process.kill('SIGINT');
  await sandbox.ended;
  expect(JSON.parse(issued.stdout)).toMatchObject({ userId: 'jlk456j5' });
  expect(JSON.parse(answer)).toMatchObject({ code: 0 });
});

test.each(['--mock-port', '--tokens-port', '--docs-port'])(
  'a sandbox whose %s is taken says so, closes what it opened and exits with 1',
  async (taken) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const ended = await startCli([...anyPorts, taken, String(port)]).ended;
    other.close();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe(`Port ${port} is taken. Choose another with ${taken}; 0 takes any free one.\n`);
  },
);

test('all ports that are taken are named at once', async () => {
  const others = [createServer(), createServer()];
  const ports = await Promise.all(
    others.map(async (other) => {
      await once(other.listen(0, '127.0.0.1'), 'listening');
      return (other.address() as AddressInfo).port;
    }),
  );
  const ended = await startCli([...anyPorts, '--mock-port', `${ports[0]}`, '--docs-port', `${ports[1]}`]).ended;
  for (const other of others) other.close();
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toBe(
    `The ports ${ports[0]} (--mock-port) and ${ports[1]} (--docs-port) are taken. Choose others with these flags; 0 takes any free one.\n`,
  );
});

test('the sandbox needs neither a home directory nor a folder for temporary files', async () => {
  const cli = startCli(anyPorts, { HOME: '', TMPDIR: '/nonexistent' });
  const { tokens } = await readSandbox(cli);
  const response = await fetch(`${tokens}/access-token`, { method: 'POST', headers: { 'x-user-id': 'ada' } });
  cli.process.kill('SIGINT');
  expect(await cli.ended).toMatchObject({ code: 0, stderr: '' });
  expect(response.status).toBe(200);
});

async function readSandbox(cli: StartedCli): Promise<{ text: string; mock: string; tokens: string; docs: string }> {
  const [text, mock = '', tokens = '', docs = ''] = await cli.waitFor(
    /^[\s\S]*^Mock +(http:\S+)\n^Token service +(http:\S+)\n^Documentation +(http:\S+)\n^Mock console +http:\S+\/_console\n[\s\S]*Ctrl-C stops it\./m,
  );
  return { text, mock, tokens, docs };
}

async function bash(script: string): Promise<string> {
  // Read from stdin, as when it is pasted.
  const child = spawn('bash', ['-e'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(`${script}\n`);
  await once(child, 'close');
  return output;
}
