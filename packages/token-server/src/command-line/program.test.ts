import { expect, it } from 'vitest';
import { unreadable } from '../../../../test/support/unreadable.js';
import { CliError } from './errors.js';
import { createCommandLine, runCommandLine } from './program.js';
import type { CliContext } from './types.js';

/** What a command that throws has said. */
async function said(
  thrown: unknown,
  env: CliContext['env'] = {},
  args: readonly string[] = [],
  exitCode = 1,
  isTTY = false,
): Promise<string> {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, isTTY };
  const context = { stdout: stream, stderr: stream, env } as unknown as CliContext;
  const packageFile = new URL('../../package.json', import.meta.url);
  const program = createCommandLine({ name: 'nexconn', description: '', packageFile }, context);
  program
    .argument('[words...]')
    .option('--json')
    .action(() => Promise.reject(thrown));
  expect(await runCommandLine(program, args, context)).toBe(exitCode);
  return written.join('');
}

it.each(unreadable)('a command that throws something with %s ends with a sentence', async (_what, make) => {
  expect(await said(make())).toMatch(/^.+\n$/);
});

it('an error is JSON where the program was asked for it, and not the command that it runs', async () => {
  const failed = new CliError('It failed.', { code: 'COMMAND_FAILED' });
  expect(await said(failed, {}, ['--json'])).toMatch(/^\{"error":/);
  expect(await said(failed, {}, ['--', 'x', '--json'])).toBe('It failed.\n');
});

it('a folder that is gone, as Node finds it, is told in a sentence, as wrong use', async () => {
  const gone = Object.assign(new Error('ENOENT: process.cwd failed'), { code: 'ENOENT', syscall: 'uv_cwd' });
  expect(await said(gone, {}, [], 2)).toMatch(/^The folder that this was started in is not there any more\..*\n$/);
});

it.each([
  [['make', '--out', '', 'x'], '--out is empty. Give a path.\n'],
  [['make', '--overlay', 'a', '', '--', 'x'], '--overlay is empty. Give a path.\n'],
  [['make', ''], 'input is empty. Give a path.\n'],
  [['make', '--name', '', 'x'], 'made\n'],
  [['make', 'x'], 'made\n'],
])('an empty path is refused before a command begins, where another text may be empty: %j', async (args, said) => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0 };
  const context = { stdout: stream, stderr: stream, env: {} } as unknown as CliContext;
  const packageFile = new URL('../../package.json', import.meta.url);
  const program = createCommandLine({ name: 'nexconn', description: '', packageFile }, context);
  program
    .command('make <input>')
    .option('--out <file>')
    .option('--overlay <paths...>')
    .option('--name <name>')
    .action(() => void stream.write('made\n'));
  expect([await runCommandLine(program, args, context), written.join('')]).toEqual([said === 'made\n' ? 0 : 2, said]);
});

const env = {
  NEXCONN_APP_SECRET: 'SecretOfLetters',
  NEXCONN_APP_SECRET_NEXT: 'SecretOfLettersToo',
  NEXCONN_ENCRYPTION_KEYS: 'KeyOne, KeyTwo',
  NEXCONN_STORE: 'redis://u:12/pass@word@host',
  HTTPS_PROXY: 'http://u:hunter@proxy',
  NEXCONN_APP_KEY: 'AppKeyIsNone',
  NEXCONN_JWT_SECRET: 'abc',
};

it('the secrets of the environment are taken out of what somebody else has thrown', async () => {
  const text = 'SecretOfLettersToo SecretOfLetters KeyTwo KeyOne 12/pass@word hunter AppKeyIsNone abc';
  const redacted = `${'[redacted] '.repeat(6)}AppKeyIsNone abc`;
  expect(await said(new Error(text), env)).toBe(`${redacted}\n`);
  expect(await said(text, env)).toBe(`${redacted}\n`);
  expect(JSON.parse(await said(new Error(text), env, ['--json']))).toMatchObject({ error: { message: redacted } });
});

it('words of our own stay, though they are the password of somebody', async () => {
  const message = 'The store postgres://db does not answer.';
  const error = new CliError(message, { code: 'STORE_UNAVAILABLE' });
  expect(await said(error, { NEXCONN_STORE: 'postgres://postgres:postgres@db' })).toBe(`${message}\n`);
});

it('a failure on a terminal ends with the page about it, dim where there are colours; wrong use and a log do not', async () => {
  const page = 'https://nexconn-kit.github.io/nexconn-kit/errors.html#cli-STORE_UNAVAILABLE';
  const failed = new CliError('The store does not answer.', { code: 'STORE_UNAVAILABLE' });
  expect(await said(failed, {}, [], 1, true)).toBe(`The store does not answer.\n\x1B[2m${page}\x1B[22m\n`);
  expect(await said(failed, { NO_COLOR: '1' }, [], 1, true)).toBe(`The store does not answer.\n${page}\n`);
  expect(await said(failed)).toBe('The store does not answer.\n');
  expect(JSON.parse(await said(failed, {}, ['--json']))).toMatchObject({ error: { docUrl: page } });
  expect(await said(new CliError('Give a file.', { code: 'USAGE' }), {}, [], 2, true)).toBe('Give a file.\n');
});
