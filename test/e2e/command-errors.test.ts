import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { expect } from 'vitest';
import { startSandbox } from '../../packages/cli/src/commands/sandbox/start-sandbox.js';
import { createProgram } from '../../packages/cli/src/create-program.js';
import { verifyByKeySet } from '../../packages/token-server/src/login/jwks.js';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { codesOf, describeErrors, type ErrorExample } from '../support/error-catalogue.js';
import { exampleEnv } from '../support/run-captured.js';
import { runCommand } from '../support/run-command.js';

/** The error that a command line ends with, in this process. */
function run(args: readonly string[], env: Record<string, string> = exampleEnv): Promise<unknown> {
  const sink = { write: () => true };
  const context = { stdout: sink, stderr: sink, env, stopSignal: () => new AbortController().signal };
  const program = createProgram(context, '/no-such/index.html');
  return program.parseAsync([...args], { from: 'user' });
}

const issue = ['token', 'issue', '--user-id', 'jlk456j5', '--name', 'Ada'];
const trusting = ['--dangerously-trust-user-header', 'X-User-Id'];
const served = { ...exampleEnv, NEXCONN_REGION: 'sg' };
const jwtServed = { ...served, NEXCONN_JWT_SECRET: 'only-for-trials-only-for-trials-only' };

/** A JWT with a key that no set has; nothing but its head is read. */
const jwt = (kid: string) => `${encoded({ alg: 'ES256', kid })}.${encoded({})}.AAAA`;
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const url = new URL('https://login.example.com/.well-known/jwks.json');
const key = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  kid: 'k1',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

/** Has Node find neither `redis` nor `ioredis`, as where they are not installed. */
const withoutRedis =
  'export const resolve=(name,context,next)=>next(/^(io)?redis$/.test(name)?name+"-missing":name,context)';
const hook = `import{register}from"node:module";register("data:text/javascript,${encodeURIComponent(withoutRedis)}")`;

async function packageMissing(): Promise<ErrorExample> {
  const bin = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
  const imports = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
  const args = [
    'serve',
    '--store',
    'redis://127.0.0.1:1',
    '--region',
    'sg',
    '--dangerously-trust-user-header',
    'X-User-Id',
  ];
  const env = { ...exampleEnv };
  const { output } = await runCommand(process.execPath, [...bundleFlags, ...imports, bin, ...args], {
    cwd: tmpdir(),
    env,
  });
  expect(output).toContain('npm install redis');
  return { code: 'PACKAGE_MISSING', text: `CliError: ${output.trim()}` };
}

const codes = [
  ...codesOf('packages/token-server/src/command-line/errors.ts', 'CliErrorCode'),
  ...codesOf('packages/token-server/src/login/jwks.ts', 'KeySetErrorCode'),
];

describeErrors(
  'cli',
  codes,
  {
    USAGE: () => run(['token', 'check', '/no-such/token.txt']),
    MISSING_CONFIGURATION: () => run(issue, {}),
    PAGE_MISSING: () => startSandbox({ mockPort: 0, tokensPort: 0, docsPort: 0, docsFolder: '/no-such' }),
    async PORT_IN_USE() {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((listening) => server.once('listening', listening));
      const { port } = server.address() as { port: number };
      return run(['serve', '--store', 'memory', '--port', `${port}`, ...trusting], served).finally(() =>
        server.close(),
      );
    },
    LISTEN_FAILED: () => run(['serve', '--store', 'memory', '--host', '192.0.2.1', '--port', '0'], jwtServed),
    COMMAND_FAILED: () => run(['mock', 'coverage', '--url', 'http://127.0.0.1:1']),
    FILE_NOT_WRITTEN: () => run(['mock', '--port', '0', '--ready-file', '/no-such/mock.json']),
    PACKAGE_MISSING: packageMissing,
    STORE_UNAVAILABLE: () => run(['token', 'backup', 'tokens.backup', '--store', 'sqlite:/no-such/tokens.db']),
    KEY_SET_UNAVAILABLE() {
      const fetch = () =>
        Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }));
      return verifyByKeySet(url, { fetch })(jwt('new'), {});
    },
    async KEY_NOT_YET_KNOWN() {
      let clock = 0;
      const verify = verifyByKeySet(url, {
        fetch: async () => Response.json({ keys: [key] }),
        monotonicNow: () => clock,
      });
      for (; clock < 6; clock += 1) await verify(jwt(`unknown-${clock}`), {}).catch(() => {});
      return verify(jwt('new'), {});
    },
  },
  (error) => ('retryAfterMs' in error ? true : undefined),
);
