import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createApiClient } from '@nexconn-kit/client/api';
import { type LoadedDocument, loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { createDice } from '../soak/create-dice.js';
import { compiler } from '../support/compiler.js';
import { folderSize } from '../support/folder-size.js';
import { createBodyJudge } from './body-judge.js';
import { type CallCounts, type CalledClient, callOperations } from './call-operations.js';
import { compareBodies, type VerdictCounts } from './compare-bodies.js';
import { type BundleMeasurement, measureBundle } from './measure-bundle.js';
import type { GeneratorMeasurement } from './measure-generator.js';
import { readRawDocument } from './raw-document.js';

/** What the generator makes of one document. */
export interface GeneratedMeasurement {
  /** CPU time of `nexconn generate` without its start, the most memory it had, and what it has written. */
  readonly generateMs: number;
  readonly memoryMb: number;
  readonly outputKb: number;
  /** CPU time of `tsc` over it, and the errors that it found. */
  readonly tscMs: number;
  readonly tscErrors: readonly string[];
  /** What its operations take in a bundle; there is none without operations. */
  readonly bundle: BundleMeasurement | undefined;
  /** Calls of the generated client that the mock answers. */
  readonly calls: CallCounts;
  /** Bodies that the validators and the oracle judge alike. */
  readonly bodies: VerdictCounts;
}

export interface GeneratedOptions {
  readonly path: string;
  readonly seed: number;
  readonly bodies: number;
  readonly seconds: number;
}

/** Below the project, so that what is generated finds the packages that it imports. */
const cache = resolve(import.meta.dirname, '../../node_modules/.cache');
const strict = { strict: true, noEmit: true, target: 'es2023', module: 'nodenext', types: [], lib: ['es2023', 'dom'] };

/** Generates the code of a document as anybody does, compiles it, and makes calls with its client. */
export async function measureGenerated({
  path,
  seed,
  bodies,
  seconds,
}: GeneratedOptions): Promise<GeneratedMeasurement> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'documents-'));
  try {
    const { files, ...generated } = generate(path, folder);
    const outputKb = Math.round((await folderSize(folder)) / 1000);
    const compiled = await compile(folder);
    const document = await loadDocument(path);
    const raw = await readRawDocument(path);
    const client = await import(pathToFileURL(resolve(files.find((file) => /client\.gen\.ts$/.test(file)) ?? '')).href);
    const bundle = await measureBundle(
      folder,
      Object.keys(client).filter((name) => name.endsWith('Operation')),
    );
    const limits = { dice: createDice(seed), untilMs: performance.now() + seconds * 1000 };
    const judge = createBodyJudge(document);
    const called = { ...clientOf(client.clientApi, document), judge };
    const calls = await callOperations(raw, called, client.clientApi.operations, limits);
    const untilMs = performance.now() + seconds * 1000;
    const judged = await compareBodies(document, judge, { ...limits, untilMs, count: bodies });
    return { ...generated, outputKb, ...compiled, bundle, calls, bodies: judged };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a process of its own, for its memory, with the heap that the command `nexconn generate` has. */
function generate(path: string, folder: string): GeneratorMeasurement {
  const flags = [...process.execArgv, '--heap-growing-percent=40'];
  const args = [...flags, join(import.meta.dirname, 'measure.ts'), 'generator', path, folder];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The generator failed: ${stderr.slice(-300)}`);
  return JSON.parse(stdout);
}

type Api = Parameters<typeof createApiClient>[0];

/** A client whose calls a mock answers without a port, with credentials of each scheme. */
function clientOf(api: Api, document: LoadedDocument): Omit<CalledClient, 'judge'> {
  const mock = createMock({ document, rateLimit: false });
  let last: ReturnType<CalledClient['lastAnswer']>;
  const credentials = Object.entries(api.securitySchemes).map(([name, { type }]) => {
    if (type === 'basic') return [name, { username: 'a', password: 'b' }];
    return [name, type === 'signature' ? { appKey: mock.appKey, appSecret: mock.appSecret } : 'a'];
  });
  const client = createApiClient(api, {
    ...{ baseUrl: 'http://localhost:1', retry: false, rateLimit: false, timeoutMs: 60_000 },
    credentials: Object.fromEntries(credentials),
    fetch: async (...request) => {
      const answer = await mock.fetch(...request);
      const text = await answer.clone().text();
      last = {
        status: answer.status,
        body: /[/+]json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
      };
      return answer;
    },
  });
  return { client, lastAnswer: () => last };
}

async function compile(folder: string): Promise<{ tscMs: number; tscErrors: string[] }> {
  // As a user's project has it: by the packages as they are built.
  const config = { compilerOptions: { ...strict, skipLibCheck: true }, include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const started = performance.now();
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  const errors = stdout.split('\n').filter((line) => /error TS\d+/.test(line));
  return { tscMs: Math.round(performance.now() - started), tscErrors: errors };
}
