import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasPrograms } from '../../../../../test/support/find-program.js';
import { runCaptured } from '../../../test/support/run-captured.js';
import { quoteForShell } from '../../process/shell.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-completion-'));
  writeFileSync(join(folder, 'unlikely-name.yaml'), '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(folder, `completion.${shell}`), (await runCaptured(['completion', shell])).stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** How each shell is started with a file that it reads first. */
const shells: Record<string, (file: string) => string> = {
  bash: (file) => `bash --noprofile --rcfile ${file} -i`,
  zsh: () => 'zsh -d -i',
};

/** Written by the command itself, so that the echo of what is typed is not taken for it. */
const starts: Record<string, string> = {
  bash: 'nexconn() { printf "<%s>\\n" "$*"; }\nsource completion.bash\necho READY',
  zsh: 'autoload -Uz compinit; compinit -u -D\nnexconn() { printf "<%s>\\n" "$*"; }\nsource completion.zsh\necho READY',
};

/** Types a line and Tab into a shell in a pseudo-terminal, and returns the arguments that the command was run with. */
async function typeAndTab(shell: string, line: string): Promise<string> {
  const file = join(folder, shell === 'zsh' ? '.zshrc' : `start.${shell}`);
  writeFileSync(file, `${starts[shell]}\n`);
  const child = spawn('script', ['-qec', `stty cols 200; exec ${shells[shell]?.(file)}`, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, TERM: 'vt100', HOME: folder, ZDOTDIR: folder, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let isReady = false;
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error(`${shell} ended:\n${output}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (!isReady && output.includes('READY')) {
        isReady = true;
        child.stdin.write(`nexconn ${line}\t\r`);
      }
      const [, args] = /^<(.*)>\r?$/m.exec(output) ?? [];
      if (args !== undefined) resolve(args.trimEnd());
    });
  });
}

const typed = [
  ['tok', 'token'],
  ['token iss', 'token issue'],
  ['token issue --user-id-p', 'token issue --user-id-pattern'],
  ['token issue --name sign --avatar', 'token issue --name sign --avatar-url'],
  ['mock --environment dev', 'mock --environment development'],
  ['mock --nonce-replay=ref', 'mock --nonce-replay=refuse'],
  ['sign --region sa', 'sign --region sau'],
  ['mock --quiet --document unl', 'mock --quiet --document unlikely-name.yaml'],
  ['verify unl', 'verify unlikely-name.yaml'],
  ['completion fi', 'completion fish'],
  ['help sandb', 'help sandbox'],
  ['token issue --name unl', 'token issue --name unl'],
] as const;

describe.each([
  ['bash', hasPrograms('bash', 'script')],
  ['zsh', hasPrograms('zsh', 'script')],
])('%s', (shell, isThere) => {
  test.runIf(isThere && process.platform === 'linux').each(typed)('%j and Tab become %j', async (line, completed) => {
    expect(await typeAndTab(shell, line)).toBe(completed);
  });
});

test.runIf(hasPrograms('bash'))('bash lists every command and flag that help shows', async () => {
  const help = (await runCaptured(['--help'])).stdout;
  for (const name of complete('')) expect(help).toContain(`\n  ${name}`);
  expect(complete('').length).toBeGreaterThan(7);
  const issueHelp = (await runCaptured(['token', 'issue', '--help'])).stdout;
  const shown = [...issueHelp.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag);
  expect(complete('token issue --').sort()).toEqual(shown.sort());
  expect(complete('token issue --region ').sort()).toEqual(['sau', 'sg', 'us']);
});

/** What fish itself would offer for the last word. */
function offers(line: string): string {
  const script = `source completion.fish; complete -C ${quoteForShell(`nexconn ${line}`)}`;
  const env = { PATH: process.env.PATH, HOME: folder };
  return execFileSync('fish', ['--no-config', '-c', script], {
    ...{ cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  });
}

describe.runIf(hasPrograms('fish'))('fish', () => {
  test.each(typed)('%j and Tab become %j', (line, completed) => {
    const [last] = completed.split(' ').slice(-1);
    const isAsTyped = line === completed;
    expect(offers(line).split(/[\t\n]/)[0]).toBe(isAsTyped ? '' : last);
  });

  test('it shows what help says of a command', () => {
    expect(offers('si')).toBe('sign\tprint the four signature headers of a request\n');
  });
});

test('another shell is refused, and a completion names none of the secrets', async () => {
  expect(await runCaptured(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish'),
  });
  expect((await runCaptured(['completion', 'bash'])).stdout).not.toMatch(/secret(?!-\w*-?file)/i);
});

/** What the function of the bash script answers, run as bash runs it. */
function complete(line: string): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nexconn; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const words = ['nexconn', ...line.split(' ')];
  const args = ['--norc', '-c', script, 'bash', join(folder, 'completion.bash'), ...words];
  return execFileSync('bash', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}
