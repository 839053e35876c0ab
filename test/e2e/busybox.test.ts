import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { findProgram, isExpected } from '../support/find-program.js';
import { type CommandResult, runCommand } from '../support/run-command.js';

/** In a mount namespace of its own, `/usr/bin/env` and `/bin/sh` are those of BusyBox, and nothing else is found but its tools and ours. */
const inBusyBox = `
  mount --bind "$1" "$(readlink -f /usr/bin/env)" && mount --bind "$1" "$(readlink -f /bin/sh)" || exit 1
  PATH=$2; export PATH; shift 2; exec "$@"`;
/** As root on Linux. */
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;
const busybox = findProgram('busybox') ?? '';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-busybox-'));
  const tools = join(folder, 'tools');
  mkdirSync(tools);
  if (busybox === '') return;
  execFileSync(busybox, ['--install', '-s', tools]);
  symlinkSync(process.execPath, join(tools, 'node'));
  // As npm links them.
  for (const [name, source] of [
    ['nexconn', 'cli'],
    ['nexconn-token-server', 'token-server'],
  ] as const) {
    const program = await bundleSources(new URL(`../../packages/${source}/src/bin.ts`, import.meta.url));
    chmodSync(program, 0o755);
    symlinkSync(program, join(tools, name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...command: string[]): Promise<CommandResult> {
  const env = { NODE_OPTIONS: bundleFlags.join(' ') };
  const script = ['--mount', 'sh', '-c', inBusyBox, 'sh', busybox, join(folder, 'tools'), ...command];
  return runCommand('unshare', script, { cwd: folder, env });
}

describe.runIf(canMount && isExpected(busybox !== ''))('beside the tools of BusyBox alone, as on Alpine,', () => {
  it('env takes no options for a program, as others do', async () => {
    const { exitCode, output } = await run('env', '-S', 'node --version');
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/invalid option[\s\S]*BusyBox v/)]);
  });

  it.each(['nexconn', 'nexconn-token-server'])(
    '%s starts by its own first line, and says its version',
    async (name) => {
      expect(await run(name, '--version')).toMatchObject({
        exitCode: 0,
        output: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
      });
    },
  );

  it('a command of sh calls the mock by wget, and issues a token', async () => {
    const script = 'wget -q -O - "$NEXCONN_BASE_URL/_health" && nexconn token issue --user-id jlk456j5 --name Ada';
    const { exitCode, output } = await run('nexconn', 'mock', '--', 'sh', '-c', script);
    expect(output).toMatch(/"mock": ?"nexconn-kit"/);
    expect(output).toMatch(/"accessToken": ?"\S{20,}"/);
    expect(exitCode).toBe(0);
  });

  it('the token server checks its settings', async () => {
    const check =
      'NEXCONN_STORE=memory NEXCONN_JWT_SECRET=only-for-trials-only-for-trials-only nexconn-token-server --check';
    const { exitCode, output } = await run('nexconn', 'mock', '--', 'sh', '-c', check);
    expect([exitCode, output]).toEqual([0, expect.stringContaining('user IDs')]);
  });
});
