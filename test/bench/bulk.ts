import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { killAtExit } from '../support/kill-at-exit.js';
import { startScript } from '../support/start-script.js';
import { printResults } from './print-results.js';

const forms = { full: { issued: 20_000, checked: 1_000_000 }, short: { issued: 1_000, checked: 100_000 } };
const wanted: Record<string, string> = {
  issuedPerSecond: 'at least 198',
  issuedRefused: '0',
  issuedMaxMegabytes: 'at most 120',
  checkedPerSecond: 'at least 150,000',
  checkedMaxMegabytes: 'at most 120',
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'packages/cli/dist/bin.js');
const reportMemory = 'process.on("exit",()=>process.stderr.write("maxrss "+process.resourceUsage().maxRSS+"\\n"))';

interface Ended {
  /** What `--json` prints. */
  readonly result: Readonly<Record<string, number>>;
  readonly maxMegabytes: number;
}

/**
 * Measures `nexconn token bulk` as it is published: what it issues against a mock with its limit on, in a process of its own, and
 * what it checks with `--dry-run`.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, takes fewer rows.
 */
export async function benchBulk(): Promise<Record<string, number>> {
  const form = process.argv.includes('--short') || process.env.BENCH_SHORT ? forms.short : forms.full;
  const build = ['turbo', 'run', 'build', '--output-logs=errors-only', '--filter=@nexconn-kit/cli...'];
  execFileSync('npx', build, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const folder = await mkdtemp(join(tmpdir(), 'bench-bulk-'));
  try {
    const results = {
      ...(await measureIssuing(folder, form.issued)),
      ...(await measureChecking(folder, form.checked)),
    };
    printResults('bulk', results, wanted);
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Journal = readonly { readonly at: number; readonly status: number }[];

async function measureIssuing(folder: string, rows: number): Promise<Record<string, number>> {
  const input = await writeUsers(folder, rows);
  await using mock = await startScript(new URL('rate/serve-mock.ts', import.meta.url));
  const { url, appKey, appSecret } = await mock.ask<Record<string, string>>('api');
  const env = { NEXCONN_BASE_URL: `${url}`, NEXCONN_APP_KEY: `${appKey}`, NEXCONN_APP_SECRET: `${appSecret}` };
  const { result, maxMegabytes } = await runBulk([input, '--out', join(folder, 'tokens.ndjson')], env);
  const journal = await mock.ask<Journal>('journal');
  const times = journal.map(({ at }) => at);
  const seconds = (Math.max(...times.slice(-100)) - (times[0] ?? 0)) / 1000;
  return {
    issued: result.issued ?? Number.NaN,
    issuedPerSecond: (times.length - 1) / seconds,
    issuedSeconds: result.seconds ?? Number.NaN,
    issuedRefused: journal.filter(({ status }) => status !== 200).length,
    issuedMaxMegabytes: maxMegabytes,
  };
}

async function measureChecking(folder: string, rows: number): Promise<Record<string, number>> {
  const { result, maxMegabytes } = await runBulk([await writeUsers(folder, rows), '--dry-run'], {});
  const { good = Number.NaN, seconds = Number.NaN } = result;
  return { checked: good, checkedPerSecond: good / seconds, checkedMaxMegabytes: maxMegabytes };
}

async function runBulk(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const nodeArgs = [`--import=data:text/javascript,${encodeURIComponent(reportMemory)}`, bin, 'token', 'bulk', ...args];
  const child = killAtExit(
    spawn(process.execPath, [...nodeArgs, '--quiet', '--json'], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    }),
  );
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const [, kilobytes] = /^maxrss (\d+)$/m.exec(stderr) ?? [];
  if (code !== 0 || kilobytes === undefined) throw new Error(`token bulk ended with ${code}: ${stderr}`);
  return { result: JSON.parse(stdout), maxMegabytes: Number(kilobytes) / 1024 };
}

async function writeUsers(folder: string, rows: number): Promise<string> {
  const path = join(folder, `users-${rows}.csv`);
  const file = createWriteStream(path);
  file.write('userId,name,avatarUrl\n');
  for (let index = 0; index < rows; index += 1) {
    const user = `user${index * 7919},Ada Lovelace ${index},https://example.com/avatars/${index}.png\n`;
    if (!file.write(user)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return path;
}
