import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import type { Command } from '@nexconn-kit/token-server/command-line';
import { expect, onTestFinished, test } from 'vitest';
import { hasPrograms } from '../../../test/support/find-program.js';
import { exampleEnv, runCaptured } from '../test/support/run-captured.js';
import { bin } from '../test/support/start-cli.js';
import { createProgram } from './create-program.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

test('--version prints the version of package.json', async () => {
  expect(await runCaptured(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

/** The words of each command that help shows, the groups of commands too. */
const commands = wordsOf(createProgram({ stdout: sink(80), stderr: sink(80), env: {}, stopSignal }, '/nowhere'));

function stopSignal(): AbortSignal {
  return AbortSignal.abort();
}

function wordsOf(command: Command, words: readonly string[] = []): (readonly string[])[] {
  const below = command.createHelp().visibleCommands(command);
  return [words, ...below.flatMap((each) => wordsOf(each, [...words, each.name()]))].filter(
    (each) => each.at(-1) !== 'help',
  );
}

/** An output of a terminal, or of none, and what was written there. */
function sink(columns: number, isTTY = false) {
  let written = '';
  return { isTTY, columns, write: (text: string) => (written += text), written: () => written };
}

test.each(commands)('the help of nexconn %s %s has examples, exit codes and 80 columns', async (...words) => {
  const stdout = sink(80);
  const { code, stderr } = await runCaptured([...words, '--help'], { stdout });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const help = stdout.written();
  expect(help).toMatch(/^Examples?:\n {2}.*\bnexconn /m);
  expect(help).toMatch(/^Exit codes:/m);
  expect(help).toMatch(/[^\n]\n$/);
  expect(help).not.toMatch(/[ \t]$/m);
  for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

test('each command that prints a result has --json', async () => {
  // They run until they are stopped, or print a text that is the result.
  const others = ['', 'token', 'mock', 'serve', 'sandbox', 'openapi', 'completion'];
  const without = await Promise.all(
    commands.map(async (words) => ((await helpOf(words)).includes(' --json ') ? [] : [words.join(' ')])),
  );
  expect(without.flat()).toEqual(others);
});

async function helpOf(words: readonly string[]): Promise<string> {
  return (await runCaptured([...words, '--help'])).stdout;
}

test.each([40, 80, 200])('help fits a terminal of %i columns, but for what is copied', async (columns) => {
  for (const words of commands) {
    const stdout = sink(columns, true);
    await runCaptured([...words, '--help'], { stdout });
    const lines = stripVTControlCharacters(stdout.written()).split('\n');
    const wide = lines.filter((line) => line.length > columns && !/^ +(nexconn|npx|curl) /.test(line));
    // A single word, such as an address, is not taken apart.
    expect(wide.filter((line) => line.trim().includes(' '))).toEqual([]);
  }
});

test('titles are bold on a terminal, unless NO_COLOR is set', async () => {
  const [coloured, plain] = [sink(80, true), sink(80, true)];
  await runCaptured(['sign', '--help'], { stdout: coloured });
  await runCaptured(['sign', '--help'], { stdout: plain, env: { NO_COLOR: '1' } });
  expect(coloured.written()).toContain('\x1B[1mExit codes:\x1B[22m');
  expect(coloured.written()).toContain('\x1B[1mUsage:\x1B[22m');
  expect(plain.written()).toBe(stripVTControlCharacters(coloured.written()));
  expect(plain.written()).not.toContain('\x1B');
});

test.runIf(process.platform === 'linux' && hasPrograms('script', 'stty')).each([40, 80, 200])(
  'in a pseudo-terminal of %i columns help is as wide as that',
  async (columns) => {
    const child = spawn('script', ['-qec', `stty cols ${columns}; exec "$NODE" "$BIN" mock --help`, '/dev/null'], {
      env: { PATH: process.env.PATH, NODE: process.execPath, BIN: bin },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [output] = await Promise.all([readAll(child.stdout), once(child, 'close')]);
    expect(output).toContain('\x1B[1mUsage:\x1B[22m nexconn mock');
    const lines = stripVTControlCharacters(output).split(/\r?\n/);
    expect(lines.filter((line) => line.length > columns && !/^ +nexconn /.test(line))).toEqual([]);
  },
);

test.runIf(process.platform === 'linux' && hasPrograms('script'))(
  'what is read from stdin is not waited for at a terminal',
  async () => {
    for (const words of ['verify', 'token check']) {
      const child = spawn('script', ['-qec', `exec "$NODE" "$BIN" ${words}`, '/dev/null'], {
        env: { ...exampleEnv, PATH: process.env.PATH, NODE: process.execPath, BIN: bin },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const [output, [code]] = await Promise.all([readAll(child.stdout), once(child, 'close')]);
      expect(code).toBe(2);
      expect(output).toMatch(new RegExp(`^Name the file of .*, or pipe it in\\. See nexconn ${words} --help\\.\r?\n`));
    }
  },
);

test.each([
  [['--help'], ['token', 'sign', 'mock', 'serve', 'sandbox', 'NEXCONN_APP_KEY', 'NEXCONN_BASE_URL', 'Exit codes']],
  [
    ['token', 'issue', '--help'],
    ['--user-id <id>', 'NEXCONN_REGION', '(default: 5000)', 'no flag for the\nsecret'],
  ],
  [
    ['sign', '--help'],
    ['--header-prefix', 'RC-', 'curl -H @-'],
  ],
  [
    ['doctor', '--help'],
    ['--regions', '--user-id <id>', 'no user is made'],
  ],
  [
    ['mock', '--help'],
    ['--port <port>', '4010', '--quiet', '--rate-limit <n|off>', '--token-validity-seconds <n>', '300000'],
  ],
  [
    ['serve', '--help'],
    ['--config', '4020', '--jwks-url', 'NEXCONN_JWT_SECRET', '--dangerously-trust-user-header <name>'],
  ],
  [
    ['sandbox', '--help'],
    ['--mock-port', '4010', '--tokens-port', '4020', '--docs-port', '4030'],
  ],
] as const)('%j shows help on stdout, within 80 columns, and exits with 0', async (args, contents) => {
  const { code, stdout, stderr } = await runCaptured([...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const content of contents) expect(stdout).toContain(content);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([[[]], [['token']]])('%j without a command shows help on stderr and exits with 2', async (args) => {
  const { code, stdout, stderr } = await runCaptured(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: nexconn');
});

test('an unknown command exits with 2 and suggests the nearest', async () => {
  expect(await runCaptured(['tokn'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "Unknown command 'tokn'. (Did you mean token?) See nexconn --help.\n",
  });
});

test.each([
  ['--userid', '--user-id'],
  ['--userId', '--user-id'],
  ['--USER_ID', '--user-id'],
  ['--usre-id', '--user-id'],
  ['--user', '--user-id'],
  ['--id', '--user-id'],
  ['--avatar', '--avatar-url'],
  ['--timeout=9', '--timeout-ms'],
])('the flag %s is recognised as a typo of %s', async (typed, meant) => {
  const { code, stderr } = await runCaptured(['token', 'issue', '--name', 'Ada', typed, 'jlk456j5']);
  expect(code).toBe(2);
  const [flag] = typed.split('=');
  expect(stderr).toBe(`Unknown option '${flag}'. (Did you mean ${meant}?) See nexconn token issue --help.\n`);
});

test('a flag that is like none is told as unknown, and what it was set to is not', async () => {
  const { code, stderr } = await runCaptured(['sign', '--zebra=Y1W2MeFwwwRxa0']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: "Unknown option '--zebra'. See nexconn sign --help.\n" });
});

test.each([
  [['issue', '--user-id', 'jlk456j5'], 'Use nexconn token issue.'],
  [['version'], 'Use nexconn --version.'],
])('%j, which is no command, is answered with what to use', async (args, instead) => {
  const { code, stdout, stderr } = await runCaptured(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^There is no command '${args.at(args[0] === 'help' ? 1 : 0)}'\\. .*\n$`));
  expect(stderr).toContain(instead);
});

test('a base URL that is none is refused by the names that a command has for it', async () => {
  const { code, stderr } = await runCaptured(['token', 'issue', '--user-id', 'a', '--name', 'Ada', '--base-url', 'x'], {
    env: exampleEnv,
  });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'The base URL is not an absolute URL. Pass an address such as https://api.example.com by --base-url or NEXCONN_BASE_URL.\n',
  });
});

test.each([
  ['--fresh', ['--fresh', '--no-state']],
  ['--state', ['--state', 'kept', '--no-state']],
  ['--state', ['--no-state', '--state', '.sandbox']],
])('a state with %s and none at all is a contradiction: %j', async (flag, args) => {
  const { code, stderr } = await runCaptured(['sandbox', ...args]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`Leave out ${flag} or --no-state.`) });
});

test('help COMMAND is COMMAND --help, that of a group too, and names what is no command', async () => {
  expect(await runCaptured(['help', 'token', 'issue'])).toEqual(await runCaptured(['token', 'issue', '--help']));
  expect((await runCaptured(['help', 'sgin'])).stderr).toBe(
    "Unknown command 'sgin'. (Did you mean sign?) See nexconn --help.\n",
  );
});

test('wrong use is one JSON object with --json', async () => {
  const { code, stderr } = await runCaptured(['token', 'issue', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stderr)).toEqual({
    error: {
      code: 'USAGE',
      message: expect.stringContaining('--user-id'),
      docUrl: expect.stringMatching(/#cli-USAGE$/),
    },
  });
});

test('a sandbox is not started at a port that no browser calls', async () => {
  const { code, stderr } = await runCaptured(['sandbox', '--docs-port', '10080']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('No browser calls that port. Give another;')]);
});

test('no command takes the App Secret as a flag', async () => {
  for (const words of commands) {
    const { stdout } = await runCaptured([...words, '--help']);
    expect(stdout).not.toMatch(/--(app|jwt)-secret\b(?!-(next-)?file)/);
  }
});
