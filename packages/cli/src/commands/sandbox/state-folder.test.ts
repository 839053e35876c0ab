import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../../../test/support/find-program.js';
import { until } from '../../../../../test/support/until.js';
import { startCli } from '../../../test/support/start-cli.js';
import { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.js';

let folder: string;
let state: string;
let told: string[];

beforeEach(() => {
  // As a folder may be called.
  folder = mkdtempSync(join(tmpdir(), 'nexconn sandbox ü '));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
  state = join(folder, '.sandbox');
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return startSandbox({
    ...{ mockPort: 0, tokensPort: 0, docsPort: 0, docsFolder: folder },
    stateFolder: state,
    onTrouble: (sentence) => told.push(sentence),
    ...options,
  });
}

async function logIn(url: string, userId = 'ada'): Promise<string> {
  const response = await fetch(`${url}/access-token`, { method: 'POST', headers: { 'x-user-id': userId } });
  expect(response.status).toBe(200);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

it('a folder that was made for a sandbox that could not start is gone again, but for what is not its own', async () => {
  await using other = await start({ stateFolder: undefined });
  const tokensPort = Number(new URL(other.tokens.url).port);
  await expect(start({ tokensPort })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  expect(existsSync(state)).toBe(false);
  mkdirSync(state);
  await expect(start({ tokensPort })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  expect(existsSync(state)).toBe(true);
});

describe('a sandbox that is started again in its folder', () => {
  it('has its tokens, users, App Secret and last requests', async () => {
    let token: string;
    let appSecret: string;
    {
      await using first = await start();
      await logIn(first.tokens.url, 'grace');
      ({ appSecret } = await first.mock.console.rotateSecret());
      token = await logIn(first.tokens.url);
    }
    await using next = await start();
    expect(next.mock.appSecret).toBe(appSecret);
    expect((await next.mock.console.checkToken({ token })).code).toBe(0);
    expect((await next.mock.console.listUsers()).users.map(({ userId }) => userId)).toEqual(['grace', 'ada']);
    expect((await next.mock.console.listJournal()).entries).not.toEqual([]);
    // Stored, so that the mock is not asked.
    expect(await logIn(next.tokens.url)).toBe(token);
    expect(told).toEqual([]);
  });

  it('has them after a kill -9, where they are older than a second', async () => {
    const ports = ['--mock-port', '0', '--tokens-port', '0', '--docs-port', '0'];
    const cli = startCli(['sandbox', '--state', state, ...ports]);
    const [, tokens = ''] = await cli.waitFor(/^Token service +(http:\S+)[\s\S]*Ctrl-C/m);
    const token = await logIn(tokens);
    const saved = () => readFileSync(join(state, 'state.json'), { encoding: 'utf8', flag: 'a+' });
    await until(() => expect(saved()).toContain('"ada"'));
    cli.process.kill('SIGKILL');
    await cli.ended;
    await using next = await start();
    expect(await logIn(next.tokens.url)).toBe(token);
    expect((await next.mock.console.checkToken({ token })).code).toBe(0);
    expect(told).toEqual([]);
  });

  it('has nothing of what a button of the demo has broken for a while', async () => {
    {
      await using first = await start();
      await first.mock.console.updateApp({ tokenValiditySeconds: 86_400 });
      for (const action of ['suspend-app', 'expire-tokens']) {
        const response = await fetch(`${first.tokens.url}/demo/actions/${action}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"story":"s-1"}',
        });
        expect(response.status).toBe(200);
      }
      expect(await first.mock.console.getApp()).toMatchObject({ suspended: true, tokenValiditySeconds: 3600 });
    }
    await using next = await start();
    expect(await next.mock.console.getApp()).toMatchObject({ suspended: false, tokenValiditySeconds: 86_400 });
    expect((await next.mock.console.getClock()).offsetMs).toBe(0);
    await logIn(next.tokens.url);
  });

  it('has nothing of it with --fresh', async () => {
    {
      await using first = await start();
      await logIn(first.tokens.url);
    }
    await using next = await start({ isFresh: true });
    expect((await next.mock.console.listUsers()).users).toEqual([]);
    expect((await next.mock.console.listJournal()).entries).toEqual([]);
    expect(told).toEqual([]);
  });
});

it.runIf(process.platform !== 'win32')('what is kept is its owner’s alone, and out of the repository', async () => {
  {
    await using first = await start();
    await logIn(first.tokens.url);
  }
  expect(statSync(state).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(state)) expect([name, statSync(join(state, name)).mode & 0o077]).toEqual([name, 0]);
  expect(readFileSync(join(state, '.gitignore'), 'utf8')).toBe('*\n');
});

it('a list of what to ignore that a full disk left empty is written anew', async () => {
  mkdirSync(state);
  writeFileSync(join(state, '.gitignore'), '');
  await using _sandbox = await start();
  expect(readFileSync(join(state, '.gitignore'), 'utf8')).toBe('*\n');
});

it('a folder of somebody else is not hidden from a repository', async () => {
  mkdirSync(state);
  writeFileSync(join(state, 'notes.txt'), 'mine');
  await using _first = await start();
  expect(readdirSync(state)).not.toContain('.gitignore');
});

it('a second sandbox in the same folder is told so, and the first goes on', async () => {
  await using first = await start();
  const ports = ['--mock-port', '0', '--tokens-port', '0', '--docs-port', '0'];
  const second = await startCli(['sandbox', '--state', state, ...ports]).ended;
  const sentence = `Another sandbox uses the folder ${state}. Stop it, name another with --state, or take --no-state.\n`;
  expect(second).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(sentence) });
  await logIn(first.tokens.url);
});

it('what a kill -9 left half-written is removed', async () => {
  mkdirSync(state);
  for (const name of ['state.json.0123456789ab', 'state.json.broken-20261127T120000'])
    writeFileSync(join(state, name), '{');
  await using _sandbox = await start();
  expect(readdirSync(state).filter((name) => name.startsWith('state.json.'))).toEqual([
    'state.json.broken-20261127T120000',
  ]);
});

it('a folder is made with those above it', async () => {
  await using sandbox = await start({ stateFolder: join(state, 'a', 'b') });
  expect(sandbox.isKept).toBe(true);
});

describe('a state that cannot be read is told, kept aside, and replaced by an empty one:', () => {
  it.each([
    ['is no JSON', '{"version":1,'],
    ['is no JSON', ''],
    ['is of version 2, of another nexconn', '{"version":2}'],
    ['holds no state of a sandbox', '{}'],
    ['holds no state of a sandbox', '{"version":1,"apps":[{}],"clockOffsetMs":0,"journal":[]}'],
    ['holds no state of a sandbox', 'null'],
  ])('%s', async (reason, text) => {
    mkdirSync(state);
    writeFileSync(join(state, 'state.json'), text);
    await using next = await start();
    await logIn(next.tokens.url);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`state.json ${reason}: the mock starts without users. What it was is kept as `);
    const aside = readdirSync(state).find((name) => name.startsWith('state.json.broken-')) ?? '';
    expect(readFileSync(join(state, aside), 'utf8')).toBe(text);
  });

  it('tokens that are no database', async () => {
    mkdirSync(state);
    writeFileSync(join(state, 'tokens.db'), 'no database at all, but a text that is long enough to be one'.repeat(20));
    await using next = await start();
    await logIn(next.tokens.url);
    expect(told).toEqual([
      expect.stringContaining('tokens.db cannot be read: the token service starts without tokens.'),
    ]);
    expect(readdirSync(state).some((name) => name.startsWith('tokens.db.broken-'))).toBe(true);
  });

  it('a folder in the place of the file', async () => {
    mkdirSync(join(state, 'state.json'), { recursive: true });
    await using next = await start();
    await logIn(next.tokens.url);
    expect(told).toEqual([expect.stringContaining('state.json cannot be read (EISDIR)')]);
  });
});

it.each([
  ['below a file', () => join(folder, 'index.html', 'state')],
  ['of a device', () => '/dev/null/state'],
  ['where the system lets nobody write', () => '/proc/nexconn/state'],
])('a folder %s is told in a line, and all is kept in memory', async (_, path) => {
  await using sandbox = await start({ stateFolder: path() });
  await logIn(sandbox.tokens.url);
  expect(sandbox.isKept).toBe(false);
  expect(told).toEqual([
    expect.stringMatching(/^The sandbox keeps its state in memory: .* cannot be written \(\w+\)\. Name/),
  ]);
});

it('a link in the place of the state is replaced, and what it names stays', async () => {
  mkdirSync(state);
  writeFileSync(join(folder, 'other.json'), '{}');
  {
    await using next = await start();
    rmSync(join(state, 'state.json'), { force: true });
    symlinkSync(join(folder, 'other.json'), join(state, 'state.json'));
    await logIn(next.tokens.url);
  }
  expect(readFileSync(join(folder, 'other.json'), 'utf8')).toBe('{}');
  expect(readFileSync(join(state, 'state.json'), 'utf8')).toContain('"ada"');
});

it('a folder that is removed while the sandbox runs is made again', async () => {
  {
    await using sandbox = await start();
    await logIn(sandbox.tokens.url);
    rmSync(state, { recursive: true, force: true });
    await logIn(sandbox.tokens.url, 'grace');
  }
  expect(readFileSync(join(state, 'state.json'), 'utf8')).toContain('"grace"');
  expect(statSync(state).mode & 0o777).toBe(0o700);
  await using next = await start();
  expect((await next.mock.console.listUsers()).users).toHaveLength(2);
  expect(told).toEqual([]);
});

it('a folder that cannot be written any more is told once, and the sandbox goes on', async () => {
  await using sandbox = await start();
  await logIn(sandbox.tokens.url);
  rmSync(state, { recursive: true, force: true });
  writeFileSync(state, 'no folder');
  await sandbox.mock.console.rotateSecret();
  await until(() =>
    expect(told).toEqual([expect.stringMatching(/^The state cannot be written to .* \(\w+\)\. Make room/)]),
  );
  await logIn(sandbox.tokens.url, 'grace');
  await sandbox.mock.console.moveClock({ byMs: 1 });
  expect(told).toHaveLength(1);
});

it.runIf(hasPrograms('prlimit'))('without room for tokens it says so, and takes nothing for broken', () => {
  const module = new URL('./state-folder.ts', import.meta.url).href;
  const program = `
    const { openStateFolder } = await import(${JSON.stringify(module)});
    const tell = (sentence) => console.log(sentence);
    const opened = await openStateFolder(${JSON.stringify(state)}, { isFresh: false, tell, onWait: tell });
    await opened[Symbol.asyncDispose]();`;
  const node = [process.execPath, '--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx')];
  // A file that may not grow is what a full disk comes to.
  const args = ['--fsize=2048:unlimited', ...node, '--input-type=module', '-e', program];
  const said = execFileSync('prlimit', args, { encoding: 'utf8' });
  expect(said).toMatch(
    /(^|\n)The token service keeps its tokens in memory, since there is no room for .*tokens\.db\. Make room, /,
  );
  expect(readdirSync(state).filter((name) => name.includes('broken'))).toEqual([]);
});
