import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { compiler } from '../support/compiler.js';
import { hasRedis } from '../support/redis-server.js';
import { runCommand } from '../support/run-command.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { sourceFlags } from '../support/start-script.js';
import { preload } from './preload.js';
import { placeOf, root, type Sample } from './read-samples.js';

/** What came of samples that are modules. */
export interface ModuleResult {
  readonly place: string;
  /** What it has written to stdout and stderr. */
  readonly output: string;
  /** What it has thrown. */
  readonly failure?: string;
}

/** A folder in which modules are compiled and run, with all that they need around it. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string;
  readonly appSecret: string;
  /** Settings of a client or a server: those of the mock, and of the databases that samples ask for. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns what the compiler says; nothing where all of them compile. */
  readonly compile: () => Promise<string>;
  /** Runs them, one after the other in one process. */
  readonly run: () => Promise<ModuleResult[]>;
}

/** As `nexconn probe` writes one. */
const profile = {
  version: 1,
  madeAt: '2026-01-31T12:00:00.000Z',
  server: 'https://api.sg-light-api.com',
  appKeyEnd: 'xlx2',
  answers: { rateLimit: 100, userIdCharacters: '-_.' },
};

const servers: { variable: string; start: () => Promise<AsyncDisposable & { url: string }>; isThere: boolean }[] = [
  { variable: 'REDIS_URL', start: startRedis, isThere: hasRedis },
  { variable: 'DATABASE_URL', start: startPostgres, isThere: true },
];

/**
 * Whether a sample is a module that is compiled, and run unless it says why not. Of a README it is what is TypeScript alone: the
 * tests of its package run the rest.
 */
export function isModule({ page, language, included, attributes }: Sample): boolean {
  if (included !== undefined || 'file' in attributes) return false;
  return page.endsWith('README.md') ? language === 'ts' && !('no-run' in attributes) : /^[tj]s$/.test(language);
}

/** Returns which of the samples cannot run on this machine. */
export function needsWhatIsMissing({ code }: Sample): boolean {
  return servers.some(({ variable, isThere }) => !isThere && code.includes(variable));
}

/** Writes samples into a folder, as modules beside what they import, and starts what they call. */
export async function openWorkshop(samples: readonly Sample[]): Promise<Workshop> {
  const modules = samples.filter(isModule).map((sample, index) => ({ ...sample, file: `sample-${index}.ts` }));
  const mock = await startMock({ port: 0 });
  const app = await startApp(mock);
  const started: AsyncDisposable[] = [app, mock];
  const environment: Record<string, string> = {
    NEXCONN_APP_KEY: mock.appKey,
    NEXCONN_APP_SECRET: mock.appSecret,
    NEXCONN_BASE_URL: mock.url,
  };
  for (const { variable, start, isThere } of servers) {
    if (isThere && samples.some(({ code }) => code.includes(variable))) {
      const server = await start();
      started.unshift(server);
      environment[variable] = server.url;
    }
  }
  const folder = await makeFolder('samples');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const tsconfig = { extends: join(root, 'tsconfig.json'), include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  await writeFile(join(folder, 'preload.mjs'), preload({ mockUrl: mock.url, appUrl: app.url }));
  await writeFile(join(folder, 'nexconn-profile.json'), JSON.stringify(profile));
  await cp(join(import.meta.dirname, 'app-globals.d.ts'), join(folder, 'app-globals.d.ts'));
  await cp(join(import.meta.dirname, 'run-modules.mjs'), join(folder, 'run-modules.mjs'));
  await Promise.all(modules.map(({ file, code }) => writeFile(join(folder, file), `${code}\nexport {};\n`)));
  return {
    folder,
    appSecret: mock.appSecret,
    environment,
    async compile() {
      const { exitCode, output } = await runCommand(process.execPath, [compiler, '-p', '.'], { cwd: folder });
      const named = modules.reduce((text, { file, ...sample }) => text.replaceAll(file, placeOf(sample)), output);
      return exitCode === 0 ? '' : named;
    },
    async run() {
      const ran = modules.filter((sample) => !('not-run' in sample.attributes) && !needsWhatIsMissing(sample));
      const args = [...sourceFlags, '--import', './preload.mjs', 'run-modules.mjs', ...ran.map(({ file }) => file)];
      const { output, stdout } = await runCommand(process.execPath, args, { cwd: folder, env: environment });
      const [told = ''] = /^\[.*\]$/m.exec(stdout) ?? [];
      if (told === '') throw new Error(`The samples ended without a result:\n${output}`);
      return (JSON.parse(told) as (ModuleResult & { file: string })[]).map(({ file, ...result }) => {
        const sample = ran.find((each) => each.file === file);
        return { ...result, place: sample ? placeOf(sample) : file };
      });
    },
    async [Symbol.asyncDispose]() {
      for (const each of started) await each[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns a folder of its own for samples. */
export async function makeFolder(name: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `nexconn-kit-${name}-`)));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

/** What a page of an app calls: its app server, where the one user of the samples is always logged in. */
async function startApp(mock: Awaited<ReturnType<typeof startMock>>): Promise<AsyncDisposable & { url: string }> {
  const { appKey, appSecret, url: baseUrl } = mock;
  const client = createNexconnClient({ appKey, appSecret, baseUrl });
  const tokens = createTokenService({ client, store: createMemoryStore() });
  const handler = createTokenHandler(tokens, {
    authenticate: () => ({ userId: 'jlk456j5', name: 'Ada' }),
    requestsPerMinute: 1000,
  });
  const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await client.close();
    },
  };
}

/** Returns the first line of a page's output that a sample did not write, in its turn; `…` stands for anything. */
export function firstMissingLine(shown: string, written: string): string | undefined {
  const lines = written.split('\n');
  let from = 0;
  for (const line of shown.split('\n').filter((each) => each.trim() !== '')) {
    const pattern = new RegExp(`^${line.trim().split('…').map(escapeForPattern).join('.*')}$`);
    const at = lines.findIndex((each, index) => index >= from && pattern.test(each.trim()));
    if (at === -1) return line;
    from = at + 1;
  }
  return undefined;
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
