import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { document } from '@nexconn-kit/contract';
import { freePort } from '../support/free-port.js';
import { median, medianRatio } from './medians.js';
import { type Child, residentMegabytes, startCommand, startScript } from './mock/child.js';
import { runMockBench } from './mock/run-mock-bench.js';
import { findNode24, onNode24 } from './node-24.js';
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
 * Compares the built mock with `prism mock` and with a bare server, each in a process of its own; the mock and the bare
 * server on Node 24 as well.
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
  await using load = await startScript('make-load.js', { args: credentials });
  await using mock = await startMockCommand();
  await using prism = await startPrism(file);
  await using prismQuiet = await startPrism(file, ['--verboseLevel', 'silent']);
  await using bare = await startBare();
  const node24 = findNode24();
  await using mock24 = node24 ? await startMockCommand(node24) : undefined;
  await using bare24 = node24 ? await startBare(node24) : undefined;
  const servers: Record<string, Child> = { mock, prism, prismQuiet, bare, ...(mock24 && bare24 && { mock24, bare24 }) };
  const rates = Object.fromEntries(Object.keys(servers).map((name): [string, number[]] => [name, []]));

  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= form.rounds; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      const job = { requests: 80_000 * form.secondsARound, seconds: form.secondsARound };
      const result = await drive(load, server, job);
      if (round > 0) rates[name]?.push(result.answered / result.seconds);
    }
  }
  const besideBare = (suffix: string): Record<string, number> => ({
    mockPerSecond: median(rates[`mock${suffix}`]),
    barePerSecond: median(rates[`bare${suffix}`]),
    vsBare: medianRatio(rates[`mock${suffix}`], rates[`bare${suffix}`]),
  });
  return {
    ...besideBare(''),
    ...(node24 ? onNode24(besideBare('24')) : {}),
    prismPerSecond: median(rates.prism),
    prismQuietPerSecond: median(rates.prismQuiet),
    vsPrism: medianRatio(rates.mock, rates.prism),
    vsPrismQuiet: medianRatio(rates.mock, rates.prismQuiet),
  };
}

/** What each command, as shipped, occupies after its first so many requests. */
async function measureMemory(file: string, { memoryRequests: requests }: Form): Promise<Record<string, number>> {
  await using load = await startScript('make-load.js', { args: credentials });
  const occupiedBy = async (server: Child): Promise<number> => {
    await using started = server;
    await drive(load, started, { requests });
    return residentMegabytes(started);
  };
  const node24 = findNode24();
  const mockMegabytes = await occupiedBy(await startMockCommand());
  const mockMegabytes24 = node24 && (await occupiedBy(await startMockCommand(node24)));
  const prismMegabytes = await occupiedBy(await startPrism(file));
  return {
    mockMegabytes,
    ...(mockMegabytes24 ? onNode24({ mockMegabytes: mockMegabytes24 }) : {}),
    prismMegabytes,
    rssVsPrism: mockMegabytes / prismMegabytes,
  };
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
  const [mockStarts, prismStarts, mockStarts24]: [number[], number[], number[]] = [[], [], []];
  const node24 = findNode24();
  for (let start = 0; start < form.starts; start += 1) {
    await using mock = await startMockCommand();
    mockStarts.push(mock.readyMs);
    await using prism = await startPrism(file);
    prismStarts.push(prism.readyMs);
    if (node24) {
      await using mock24 = await startMockCommand(node24);
      mockStarts24.push(mock24.readyMs);
    }
  }
  return {
    mockListeningMs: median(mockStarts),
    ...(node24 ? onNode24({ mockListeningMs: median(mockStarts24) }) : {}),
    prismListeningMs: median(prismStarts),
    listeningVsPrism: medianRatio(mockStarts, prismStarts),
  };
}

/** What the library costs in a process of its own: import, first answer, and a document of 500 operations. */
async function measureLibrary(form: Form): Promise<Record<string, number>> {
  const node24 = findNode24();
  const [runs, runs24]: [Record<string, number>[], Record<string, number>[]] = [[], []];
  for (let run = 0; run < form.starts; run += 1) {
    runs.push(await runScript('time-first-answer.js'));
    if (node24) runs24.push(await runScript('time-first-answer.js', node24));
  }
  const growth = await runMockBench('time-500-operations.js', [`${form.rounds * 3}`]);
  return { ...firstAnswer(runs), ...(node24 ? onNode24(firstAnswer(runs24)) : {}), ...growth };
}

function firstAnswer(runs: readonly Record<string, number>[]): Record<string, number> {
  return {
    importMs: median(runs.map(({ importMs = 0 }) => importMs)),
    readyMs: median(runs.map(({ readyMs = 0 }) => readyMs)),
  };
}

async function runScript(script: string, node: string = process.execPath): Promise<Record<string, number>> {
  const file = fileURLToPath(new URL(`mock/${script}`, import.meta.url));
  const { stdout } = await promisify(execFile)(node, [file]);
  return JSON.parse(stdout);
}

/** Checks signatures, keeps state and counts requests, but refuses none for their number. */
async function startMockCommand(node?: string): Promise<Child> {
  const port = await freePort();
  const args = ['mock', '--port', `${port}`, '--rate-limit', '1000000'];
  return node ? startCommand(node, [cliCommand, ...args], port) : startCommand(cliCommand, args, port);
}

function startBare(node?: string): Promise<Child> {
  return startScript('serve-bare.js', { args: credentials.slice(1), node });
}

async function startPrism(file: string, flags: string[] = []): Promise<Child> {
  const port = await freePort();
  return startCommand(prismCommand, ['mock', '--host', '127.0.0.1', '--port', `${port}`, ...flags, file], port);
}
