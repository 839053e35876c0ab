import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { document } from '@nexconn-kit/contract';
import { median, medianRatio } from './medians.js';
import { type Child, freePort, residentMegabytes, startCommand, startScript } from './mock/child.js';
import { runMockBench } from './mock/run-mock-bench.js';
import { printResults } from './print-results.js';

// The published example pair, which the mock takes by default.
const credentials = ['uwd1c0sxdlx2', 'Y1W2MeFwwwRxa0'];
const connections = 32;
const forms = {
  full: { rounds: 7, secondsARound: 3, starts: 7, memoryRequests: 100_000 },
  short: { rounds: 3, secondsARound: 1, starts: 3, memoryRequests: 10_000 },
};
// What a user's .bin folder leads to, run as the shell would run it.
const cliCommand = fileURLToPath(new URL('../../packages/cli/dist/bin.js', import.meta.url));
const prismCommand = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');
const wanted: Record<string, string> = {
  vsPrism: 'at least 8',
  vsPrismQuiet: 'at least 3.5',
  vsBare: 'at least 0.5',
  importMs: 'at most 150',
  readyMs: 'at most 50',
  listeningVsPrism: 'at most 0.5',
  rssVsPrism: 'at most 0.5',
  growthWith500: 'at most 1.1',
};
const repository = fileURLToPath(new URL('../..', import.meta.url));

interface LoadResult {
  answered: number;
  refused: number;
  last: string;
  seconds: number;
  ranOut: boolean;
}

/**
 * Compares the built mock with `prism mock` and with a bare server, each in a process of its own.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, measures for seconds instead of minutes. Ratios are medians of the
 * rounds' ratios, and every round measures all servers: what slows the machine down slows all of them.
 */
export async function benchMock(): Promise<Record<string, number>> {
  const form = process.argv.includes('--short') || process.env.BENCH_SHORT ? forms.short : forms.full;
  await promisify(execFile)('npx', ['turbo', 'run', 'build', '--filter=@nexconn-kit/cli'], { cwd: repository });
  const folder = await mkdtemp(join(tmpdir(), 'bench-mock-'));
  try {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const results = {
      ...(await measureThroughput(file, form)),
      ...(await measureMemory(file, form)),
      ...(await measureStarts(file, form)),
      ...(await measureLibrary(form)),
    };
    printResults('mock', results, wanted);
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Form = (typeof forms)['full'];

async function measureThroughput(file: string, form: Form): Promise<Record<string, number>> {
  await using load = await startScript('make-load.js', credentials);
  await using mock = await startMockCommand();
  await using prism = await startPrism(file);
  await using prismQuiet = await startPrism(file, ['--verboseLevel', 'silent']);
  await using bare = await startScript('serve-bare.js', credentials.slice(1));
  const servers: Record<string, Child> = { mock, prism, prismQuiet, bare };
  const rates: Record<string, number[]> = { mock: [], prism: [], prismQuiet: [], bare: [] };

  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= form.rounds; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      const job = { requests: 80_000 * form.secondsARound, seconds: form.secondsARound };
      const result = await drive(load, server, job);
      if (round > 0) rates[name]?.push(result.answered / result.seconds);
    }
  }
  return {
    mockPerSecond: median(rates.mock),
    prismPerSecond: median(rates.prism),
    prismQuietPerSecond: median(rates.prismQuiet),
    barePerSecond: median(rates.bare),
    vsPrism: medianRatio(rates.mock, rates.prism),
    vsPrismQuiet: medianRatio(rates.mock, rates.prismQuiet),
    vsBare: medianRatio(rates.mock, rates.bare),
  };
}

/** What each command, as shipped, occupies after its first so many requests. */
async function measureMemory(file: string, { memoryRequests: requests }: Form): Promise<Record<string, number>> {
  await using load = await startScript('make-load.js', credentials);
  await using mock = await startMockCommand();
  await drive(load, mock, { requests });
  const mockMegabytes = residentMegabytes(mock);
  await using prism = await startPrism(file);
  await drive(load, prism, { requests });
  const prismMegabytes = residentMegabytes(prism);
  return { mockMegabytes, prismMegabytes, rssVsPrism: mockMegabytes / prismMegabytes };
}

async function drive(load: Child, { port }: Child, job: { requests: number; seconds?: number }): Promise<LoadResult> {
  load.process.send({ port, connections, ...job });
  const [result] = (await once(load.process, 'message')) as [LoadResult];
  if (result.refused > 0) throw new Error(`${result.refused} of ${result.answered} were refused: ${result.last}`);
  if (result.ranOut) throw new Error('The server was quicker than requests were made ready for it.');
  return result;
}

/** How long each command needs from its start to its first answer. */
async function measureStarts(file: string, form: Form): Promise<Record<string, number>> {
  const [mockStarts, prismStarts]: [number[], number[]] = [[], []];
  for (let start = 0; start < form.starts; start += 1) {
    await using mock = await startMockCommand();
    mockStarts.push(mock.readyMs);
    await using prism = await startPrism(file);
    prismStarts.push(prism.readyMs);
  }
  return {
    mockListeningMs: median(mockStarts),
    prismListeningMs: median(prismStarts),
    listeningVsPrism: medianRatio(mockStarts, prismStarts),
  };
}

/** What the library costs in a process of its own: import, first answer, and a document of 500 operations. */
async function measureLibrary(form: Form): Promise<Record<string, number>> {
  const runs: Record<string, number>[] = [];
  for (let run = 0; run < form.starts; run += 1) runs.push(await runScript('time-first-answer.js'));
  const growth = await runMockBench('time-500-operations.js', [`${form.rounds * 3}`]);
  return {
    importMs: median(runs.map(({ importMs = 0 }) => importMs)),
    readyMs: median(runs.map(({ readyMs = 0 }) => readyMs)),
    ...growth,
  };
}

async function runScript(script: string): Promise<Record<string, number>> {
  const file = fileURLToPath(new URL(`mock/${script}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  return JSON.parse(stdout);
}

/** Checks signatures, keeps state and counts requests, but refuses none for their number. */
async function startMockCommand(): Promise<Child> {
  const port = await freePort();
  return startCommand(cliCommand, ['mock', '--port', `${port}`, '--rate-limit', '1000000'], port);
}

async function startPrism(file: string, flags: string[] = []): Promise<Child> {
  const port = await freePort();
  return startCommand(prismCommand, ['mock', '--host', '127.0.0.1', '--port', `${port}`, ...flags, file], port);
}
