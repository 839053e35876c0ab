import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis-server.js';
import { runCommand } from '../support/run-command.js';
import { startPostgres } from '../support/start-postgres.js';
import { startRedis } from '../support/start-redis.js';
import { sourceFlags } from '../support/start-script.js';

interface Example {
  /** `README.md:12`: where the block starts. */
  place: string;
  file: string;
  code: string;
}

const root = resolve(import.meta.dirname, '../..');
const readmes = ['.', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)]
  .map((folder) => join(folder, 'README.md'))
  .filter((readme) => existsSync(join(root, readme)));
const examples = readmes.flatMap(examplesOf);

const servers: { variable: string; start: () => Promise<AsyncDisposable & { url: string }>; isThere: boolean }[] = [
  { variable: 'REDIS_URL', start: startRedis, isThere: hasRedis },
  { variable: 'DATABASE_URL', start: startPostgres, isThere: true },
];

/** As `nexconn probe` writes one. */
const profile = {
  version: 1,
  madeAt: '2026-01-31T12:00:00.000Z',
  server: 'https://api.sg-light-api.com',
  appKeyEnd: 'xlx2',
  answers: { rateLimit: 100, userIdCharacters: '-_.' },
};

let folder: string;
let mock: RunningMock;
const started: AsyncDisposable[] = [];
const urls: Record<string, string> = {};
beforeAll(async () => {
  mock = await startMock({ port: 0 });
  for (const { variable, start } of servers.filter(({ variable, isThere }) => isThere && isUsed(variable))) {
    const engine = await start();
    started.push(engine);
    urls[variable] = engine.url;
  }
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nexconn-kit-readme-')));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['*.ts'] }),
  );
  await writeFile(join(folder, 'preload.mjs'), preload(mock.url));
  await writeFile(join(folder, 'nexconn-profile.json'), JSON.stringify(profile));
  await Promise.all(examples.map(({ file, code }) => writeFile(join(folder, file), code)));
});
afterAll(async () => {
  await mock?.close();
  for (const engine of started) await engine[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

it('every package has a README with what it does', () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md'));
  expect(packages.filter((readme) => !readmes.includes(readme))).toEqual([]);
});

it('every ts example of every README compiles', async () => {
  const { exitCode, output } = await runCommand('npx', ['tsc', '-p', '.'], { cwd: folder });
  expect(exitCode, output).toBe(0);
});

const missing = servers.filter(({ isThere }) => !isThere).map(({ variable }) => variable);
const runnable = examples.filter(({ code }) => !missing.some((variable) => code.includes(variable)));

describe.each(runnable)('the example at $place', ({ file }) => {
  it('runs to its end against the mock', async () => {
    const env = {
      NEXCONN_APP_KEY: mock.appKey,
      NEXCONN_APP_SECRET: mock.appSecret,
      NEXCONN_BASE_URL: mock.url,
      ...urls,
    };
    const args = [...sourceFlags, '--import', './preload.mjs', file];
    const { exitCode, output } = await runCommand(process.execPath, args, { cwd: folder, env });
    expect(exitCode, output).toBe(0);
    expect(output).not.toContain(mock.appSecret);
  });
});

function isUsed(variable: string): boolean {
  return examples.some(({ code }) => code.includes(variable));
}

function examplesOf(readme: string): Example[] {
  const text = readFileSync(join(root, readme), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match, index) => ({
    place: `${readme}:${text.slice(0, match.index).split('\n').length}`,
    file: `${readme.replaceAll(/\W+/g, '-').toLowerCase()}-${index}.ts`,
    code: `${match[1]}\nexport {};\n`,
  }));
}

/**
 * Returns a module to be loaded before an example. It connects to the mock what is meant for a host of the API, has
 * what listens on a fixed port listen on a free one, where the example's own calls find it, and lets a process end that
 * has a server open.
 *
 * It stands below the client's own connections and `fetch` alike.
 */
function preload(mockUrl: string): string {
  return `
    import tls from 'node:tls';
    import net from 'node:net';
    const { connect } = tls;
    tls.connect = (options, ...more) => {
      const isMeant = String(options.servername ?? options.host).endsWith('-light-api.com');
      if (!isMeant) return connect(options, ...more);
      const socket = net.connect({ host: '127.0.0.1', port: ${new URL(mockUrl).port} });
      return socket.once('connect', () => socket.emit('secureConnect'));
    };
    const ports = new Map();
    const { listen } = net.Server.prototype;
    net.Server.prototype.listen = function (...args) {
      const [first, ...rest] = args;
      const options = typeof first === 'object' ? first : { port: Number(first), host: rest.find((each) => typeof each === 'string') };
      const listener = args.findLast((each) => typeof each === 'function');
      this.prependOnceListener('listening', () => ports.set(Number(options.port), this.address().port));
      return listen.call(this, { ...options, port: 0 }, listener).unref();
    };
    const { connect: connectSocket } = net.Socket.prototype;
    net.Socket.prototype.connect = function (first, ...rest) {
      const options = Array.isArray(first) ? first[0] : first;
      const port = ports.get(Number(options?.port));
      if (port !== undefined) options.port = port;
      return connectSocket.call(this, first, ...rest);
    };`;
}
