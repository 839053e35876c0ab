import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPrograms } from '../../../../../test/support/find-program.js';
import { runCaptured } from '../../../test/support/run-captured.js';
import { bin } from '../../../test/support/start-cli.js';
import { quoteForShell } from '../../process/shell.js';

const zoo = `openapi: 3.1.0
info: {title: Zoo, version: 1.0.0}
paths:
  /feedings:
    post:
      operationId: feedAnimal
      parameters: [{name: food, in: query, schema: {enum: [fish, hay]}}]
      responses: {'204': {description: Fed.}}
  /odd:
    get: {operationId: 'feed$(touch owned)', responses: {'204': {description: None.}}}
`;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-completion-'));
  writeFileSync(join(folder, 'unlikely-name.yaml'), '');
  writeFileSync(join(folder, 'zoo.yaml'), zoo);
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

/** Prints what it is run with, but is the command itself where a script asks it. */
const command = `nexconn() {
  case "$*" in (*--complete*) "${process.execPath}" "${bin}" "$@" ;; (*) printf "<%s>\\n" "$*" ;; esac
}`;

/** What each shell reads first: the command, which prints what it is run with, and a prompt to wait for. */
const starts: Record<string, string> = {
  bash: `${command}\nsource completion.bash\nPS1='READY> '`,
  zsh: `autoload -Uz compinit; compinit -u -D\n${command}\nsource completion.zsh\nPS1='READY> '`,
};

/** A shell in a pseudo-terminal, which tests type into one after the other. */
interface Session {
  /** Types a line and Tab, and returns the arguments that the command was run with. */
  readonly typeAndTab: (line: string) => Promise<string>;
  readonly end: () => void;
}

async function startSession(shell: string): Promise<Session> {
  const file = join(folder, shell === 'zsh' ? '.zshrc' : `start.${shell}`);
  writeFileSync(file, `${starts[shell]}\n`);
  const child = spawn('script', ['-qec', `stty cols 200; exec ${shells[shell]?.(file)}`, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, TERM: 'vt100', HOME: folder, ZDOTDIR: folder, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const seen = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (!match) return;
        child.stdout.off('data', look);
        resolve(match);
      };
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`${shell} ended:\n${output}`)));
      look();
    });
  await seen(/READY> /);
  return {
    async typeAndTab(line) {
      output = '';
      child.stdin.write(`nexconn ${line}\t\r`);
      const [, args = ''] = await seen(/^<(.*)>\r?$[\s\S]*READY> /m);
      return args.trimEnd();
    },
    end: () => void child.kill('SIGKILL'),
  };
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
  ['call iss', 'call issueAccessToken'],
  ['call issueAccessToken --avat', 'call issueAccessToken --avatarUrl'],
  ['call issueAccessToken --docu', 'call issueAccessToken --document'],
  ['call --document zoo.yaml feed', 'call --document zoo.yaml feedAnimal'],
  ['call feedAnimal --document zoo.yaml --food ha', 'call feedAnimal --document zoo.yaml --food hay'],
] as const;

describe.each([
  ['bash', hasPrograms('bash', 'script')],
  ['zsh', hasPrograms('zsh', 'script')],
])('%s', (shell, isThere) => {
  const isTried = isThere && process.platform === 'linux';
  let session: Session;
  beforeAll(async () => {
    if (isTried) session = await startSession(shell);
  });
  afterAll(() => session?.end());

  test.runIf(isTried).each(typed)('%j and Tab become %j', async (line, completed) => {
    expect(await session.typeAndTab(line)).toBe(completed);
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
  // What a shell would run of a document is not offered.
  expect(complete('call --document zoo.yaml ')).toEqual(['feedAnimal']);
  expect(existsSync(join(folder, 'owned'))).toBe(false);
});

/** What fish itself would offer for the last word. */
function offers(line: string): string {
  const command = `function nexconn; ${quoteForShell(process.execPath)} ${quoteForShell(bin)} $argv; end`;
  const script = `${command}; source completion.fish; complete -C ${quoteForShell(`nexconn ${line}`)}`;
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
  const script = `${command}\nsource "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nexconn; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const words = ['nexconn', ...line.split(' ')];
  const args = ['--norc', '-c', script, 'bash', join(folder, 'completion.bash'), ...words];
  return execFileSync('bash', args, { encoding: 'utf8', cwd: folder }).split('\n').filter(Boolean);
}
