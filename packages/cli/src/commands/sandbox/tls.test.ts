import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { hasPrograms } from '../../../../../test/support/find-program.js';
import { startCli } from '../../../test/support/start-cli.js';

const run = promisify(execFile);
const args = ['sandbox', '--no-state', '--tls', '--curl', '--mock-port', '0', '--tokens-port', '0', '--docs-port', '0'];

/** Starts a sandbox with `--tls`; resolves to what it has printed, and what it names. */
async function start() {
  const cli = startCli(args);
  onTestFinished(async () => {
    cli.process.kill('SIGINT');
    expect(await cli.ended).toMatchObject({ code: 0, stderr: '' });
  });
  const [text] = await cli.waitFor(/[\s\S]*Ctrl-C stops it\.\n/);
  const variables = Object.fromEntries(
    [...text.matchAll(/^ +([A-Z_]+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  );
  const urlOf = (title: string) => new RegExp(`^${title} +(https:\\S+)$`, 'm').exec(text)?.[1] ?? '';
  return { text, variables, mock: urlOf('Mock'), tokens: urlOf('Token service'), docs: urlOf('Documentation') };
}

test('a process that trusts the file of the sandbox calls all of it by https, and its variables are all that a client needs', async () => {
  const { text, variables, mock, tokens, docs } = await start();
  expect(text).toContain(`Certificate    ${variables.NODE_EXTRA_CA_CERTS}\n`);
  expect(variables.NEXCONN_BASE_URL).toBe(mock);
  const script = `
    const [mock, tokens, docs] = process.argv.slice(1);
    const byName = tokens.replace('127.0.0.1', 'localhost');
    const logIn = () => fetch(byName + '/access-token', { method: 'POST', headers: { 'x-user-id': 'ada' } });
    const answers = await Promise.all([fetch(mock + '/_console'), fetch(tokens), fetch(docs), logIn()]);
    process.stdout.write(answers.map(({ status }) => status).join());`;
  const node = ['--input-type=module', '-e', script, mock, tokens, docs];
  const asked = run(process.execPath, node, { env: { ...process.env, ...variables } });
  const issued = startCli(['token', 'issue', '--user-id', 'jlk456j5', '--name', 'Ada'], variables).ended;
  expect((await asked).stdout).toBe('200,200,200,200');
  expect(JSON.parse((await issued).stdout)).toMatchObject({ userId: 'jlk456j5' });
  await expect(fetch(tokens)).rejects.toMatchObject({ cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
});

test.runIf(hasPrograms('curl', 'openssl'))('its curl lines trust the file', async () => {
  const { text } = await start();
  const issue = /into bash\):\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '';
  const logIn = /through the token service:\n(.*)\n/.exec(text)?.[1] ?? '';
  const [issued, token] = await Promise.all([issue, logIn].map((lines) => run('bash', ['-c', lines])));
  expect(JSON.parse(issued?.stdout ?? '')).toMatchObject({ code: 0, result: { userId: 'jlk456j5' } });
  expect(JSON.parse(token?.stdout ?? '')).toMatchObject({ userId: 'jlk456j5' });
});
