import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { document } from '@nexconn-kit/contract';
import { median, medianRatio } from './medians.js';
import { type Child, startScript } from './mock/child.js';
import { findNode24, onNode24 } from './node-24.js';
import { installPeers, peersFolder } from './peers.js';
import { printResults } from './print-results.js';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));
const concurrency = 32;
const forms = {
  full: { rounds: 9, calls: 20_000, starts: 9, heapCalls: 1_000_000 },
  short: { rounds: 3, calls: 4_000, starts: 3, heapCalls: 40_000 },
};
/** By how many calls of ours a peer's round is shorter: each takes about as long. */
const shares: Record<string, number> = {
  nexconn: 1,
  byHand: 1,
  byHandByTheRule: 1,
  openapiFetch: 8,
  heyApi: 8,
  redocly: 8,
  axios: 8,
};
const wanted: Record<string, string> = {
  vsByHand: 'at least 0.8',
  cpuVsByHand: 'at most 1.6',
  vsByHandByTheRule: 'at least 0.8',
  vsOpenapiFetch: 'at least 6',
  vsHeyApi: 'at least 6',
  vsRedocly: 'at least 6',
  vsAxios: 'at least 5',
  heapGrowthMegabytes: 'no more than noise',
  importMs: 'at most 40',
};

interface Measured {
  perSecond: number;
  cpuMicroseconds: number;
  heapBytes: number;
}

/**
 * Compares the built client with a hand-written call and with the peers, each in a process of its own against one bare
 * server; every round measures all of them, and the client and the hand-written call on Node 24 as well. `--short` as the last argument measures for seconds instead of minutes.
 */
export async function benchClient(): Promise<Record<string, number>> {
  const form = process.argv.includes('--short') || process.env.BENCH_SHORT ? forms.short : forms.full;
  await run('npx', ['turbo', 'run', 'build', '--filter=@nexconn-kit/client'], { cwd: repository });
  const peers = await preparePeers();
  const results = { ...(await measureCalls(peers, form)), ...(await measureImport(form)) };
  printResults('client', results, wanted);
  return results;
}

type Form = (typeof forms)['full'];

/** Installs the peers, and generates their clients of our document. */
async function preparePeers(): Promise<string> {
  await installPeers();
  const generated = join(peersFolder, 'node_modules/.generated');
  await rm(generated, { recursive: true, force: true });
  await mkdir(generated);
  const file = join(generated, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  await writeFile(join(generated, 'package.json'), '{"type":"module"}');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const redocly = ['redocly', 'generate-client', file, '--output', join(generated, 'redocly/client.ts')];
  await run('npx', redocly, { cwd: repository, env });
  await run(
    join(peersFolder, 'node_modules/.bin/openapi-ts'),
    ['-i', file, '-o', join(generated, 'hey-api'), '--silent'],
    {
      cwd: generated,
    },
  );
  return generated;
}

async function measureCalls(peers: string, form: Form): Promise<Record<string, number>> {
  await using server = await startScript('../client/serve-bare.js');
  const node24 = findNode24();
  const clients: Record<string, Child> = {};
  const start = (kind: string, node?: string): Promise<Child> =>
    startScript('../client/call.ts', {
      args: [kind, `http://127.0.0.1:${server.port}`, peers],
      flags: ['--expose-gc', '--import', import.meta.resolve('tsx')],
      node,
    });
  try {
    for (const kind of Object.keys(shares)) {
      clients[kind] = await start(kind);
      if (node24 && isCounted(kind)) clients[`${kind}24`] = await start(kind, node24);
    }
    return { ...(await measureRates(clients, form)), ...(await measureHeap(clients.nexconn as Child, form)) };
  } finally {
    for (const client of Object.values(clients)) await client[Symbol.asyncDispose]();
  }
}

/** Whether a kind is measured on Node 24 as well: the peers would take as long again. */
function isCounted(kind: string): boolean {
  return shares[kind] === 1;
}

async function measureRates(clients: Record<string, Child>, form: Form): Promise<Record<string, number>> {
  const measured: Record<string, Measured[]> = Object.fromEntries(Object.keys(clients).map((kind) => [kind, []]));
  // One round more than is counted: the first one warms up.
  for (let round = 0; round <= form.rounds; round += 1) {
    for (const [kind, client] of Object.entries(clients)) {
      const result = await drive(client, Math.ceil(form.calls / (shares[kind] ?? 1)));
      if (round > 0) measured[kind]?.push(result);
    }
  }
  const rates = (kind: string) => measured[kind]?.map(({ perSecond }) => perSecond);
  const cpu = (kind: string) => measured[kind]?.map(({ cpuMicroseconds }) => cpuMicroseconds);
  const besideByHand = (suffix: string): Record<string, number> => ({
    perSecond: median(rates(`nexconn${suffix}`)),
    byHandPerSecond: median(rates(`byHand${suffix}`)),
    cpuMicroseconds: median(cpu(`nexconn${suffix}`)),
    vsByHand: medianRatio(rates(`nexconn${suffix}`), rates(`byHand${suffix}`)),
    cpuVsByHand: medianRatio(cpu(`nexconn${suffix}`), cpu(`byHand${suffix}`)),
    vsByHandByTheRule: medianRatio(rates(`nexconn${suffix}`), rates(`byHandByTheRule${suffix}`)),
    cpuVsByHandByTheRule: medianRatio(cpu(`nexconn${suffix}`), cpu(`byHandByTheRule${suffix}`)),
  });
  return {
    ...besideByHand(''),
    ...(clients.nexconn24 ? onNode24(besideByHand('24')) : {}),
    vsOpenapiFetch: medianRatio(rates('nexconn'), rates('openapiFetch')),
    vsHeyApi: medianRatio(rates('nexconn'), rates('heyApi')),
    vsRedocly: medianRatio(rates('nexconn'), rates('redocly')),
    vsAxios: medianRatio(rates('nexconn'), rates('axios')),
  };
}

/** From the second tenth of the calls on: until then code is still being compiled. */
async function measureHeap(client: Child, { heapCalls }: Form): Promise<Record<string, number>> {
  const heaps: number[] = [];
  for (let part = 0; part < 10; part += 1) heaps.push((await drive(client, heapCalls / 10)).heapBytes);
  return { heapGrowthMegabytes: ((heaps.at(-1) ?? 0) - (heaps[1] ?? 0)) / 1e6 };
}

async function drive(client: Child, calls: number): Promise<Measured> {
  client.process.send({ calls, concurrency });
  const [result] = (await once(client.process, 'message')) as [Measured];
  return result;
}

/** What the import costs in a process of its own. */
async function measureImport({ starts }: Form): Promise<Record<string, number>> {
  const script =
    "const start = performance.now(); await import('@nexconn-kit/client'); console.log(performance.now() - start);";
  const times: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    times.push(Number(stdout));
  }
  return { importMs: median(times) };
}
