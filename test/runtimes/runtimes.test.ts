import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isExpected } from '../support/find-program.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';
import { runCommand } from '../support/run-command.js';
import { runtimes, workerdProgram } from './installed.js';
import { packedFolder } from './packed-folder.js';

interface CheckResult {
  readonly name: string;
  readonly error?: string;
}

const appSecret = 'S3cretOfTheRuntimes';
/** Where nobody listens, and nobody who tests can: a port of the system, which has no service and is open to fetch. */
const closedUrl = 'http://127.0.0.1:3';

let folder: string;
let mock: RunningMock;
let apps = 0;
beforeAll(async () => {
  folder = packedFolder();
  mock = await startMock({ port: 0 });
});
afterAll(() => mock?.close());

/** What the suite is told; each runtime has an app of its own, so that none uses up the rate limit of another. */
async function apiFor(isNode: boolean): Promise<object> {
  apps += 1;
  const appKey = `runtime${apps}`;
  await mock.console.createApp({ appKey, appSecret });
  return { url: mock.url, appKey, appSecret, closedUrl, isNode };
}

describe.concurrent('the packed client', () => {
  for (const { title, program, flags, isNode } of runtimes) {
    it.runIf(isExpected(existsSync(program)))(`passes the suite on ${title}`, async () => {
      const api = JSON.stringify(await apiFor(isNode));
      const { exitCode, stdout, output } = await runCommand(program, [...flags, 'run-suite.js', api], { cwd: folder });
      expect(exitCode, output).toBe(0);
      expectAllPassed(JSON.parse(stdout));
    });
  }

  it.runIf(isExpected(existsSync(workerdProgram)))('passes the suite on workerd', async () => {
    await using worker = await startWorker();
    const response = await fetch(worker.url, { method: 'POST', body: JSON.stringify(await apiFor(false)) });
    expectAllPassed((await response.json()) as CheckResult[]);
  });
});

function expectAllPassed(results: readonly CheckResult[]): void {
  expect(results.length).toBeGreaterThan(10);
  expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
}

/** Bundles the suite as Cloudflare's tools do, and has workerd answer with it. */
async function startWorker(): Promise<{ url: string } & AsyncDisposable> {
  await build({
    entryPoints: [join(folder, 'worker.js')],
    outfile: join(folder, 'worker/worker.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'error',
  });
  const config = join(folder, 'worker/config.capnp');
  await writeFile(config, workerConfig);
  const child = killAtExit(
    spawn(workerdProgram, ['serve', config, '--control-fd=3'], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      detached: true,
    }),
  );
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdio[3] as Readable });
  const port = await Promise.race([
    firstPort(lines),
    exited.then(([code]) => Promise.reject(new Error(`workerd: ${code}`))),
  ]);
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => stopProcess(child) };
}

async function firstPort(lines: AsyncIterable<string>): Promise<number> {
  for await (const line of lines) {
    const { event, port } = JSON.parse(line);
    if (event === 'listen') return port;
  }
  throw new Error('workerd ended without listening.');
}

const workerConfig = `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suite", worker = .suite),
    (name = "thisMachine", network = (allow = ["127.0.0.1/32"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);

const suite :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  globalOutbound = "thisMachine",
);
`;
