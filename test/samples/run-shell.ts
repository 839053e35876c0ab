import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { startMock } from '@nexconn-kit/mock';
import { freePort } from '../support/free-port.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';
import { outsideEnvironment } from '../support/run-command.js';
import { sourceFlags } from '../support/start-script.js';
import { type Page, placeOf, root, type Sample } from './read-samples.js';
import { firstMissingLine, makeFolder } from './run-samples.js';

/** What came of one block of a page. */
export interface ShellResult {
  readonly sample: Sample;
  readonly seconds: number;
  /** What went wrong, with what was written. */
  readonly failure?: string;
}

/** The ports that pages name, since that is where our commands listen; each run has free ones in their place. */
const namedPorts = [3000, 4010, 4020, 4030, 5173, 9090];

/** Only ends a run that hangs. */
const longestStartMs = 120_000;
/** As long may a block take that ends, such as an installation. */
const longestRunMs = 900_000;

/** Whether a block is written into a file, or run by a shell. */
export function isOfShell({ language, attributes, included }: Sample): boolean {
  return 'file' in attributes || (included === undefined && /^(sh|bash)$/.test(language));
}

/**
 * Does what a page says, from top to bottom, in a folder of its own: writes its files, and runs its blocks of shell, with
 * `nexconn` on the `PATH`. What one exports, and the folder that it goes to, is there for the next. A block with
 * `keeps-running="text"` goes on until the page ends; the next one begins once it has written that.
 *
 * Free ports take the place of those that the page names, and a value of `…`, which a reader has, that of the mock.
 *
 * @param registry Where the packages come from that the page installs.
 */
export async function runPage(page: Page, registry: string, onResult: (result: ShellResult) => void): Promise<void> {
  const samples = page.samples.filter((sample) => isOfShell(sample) && !('not-run' in sample.attributes));
  const installs = samples.some(({ code }) => /\bnpm (install|i|ci)\b/.test(code));
  const folder = await makeFolder('page');
  const ports = new Map<string, number>();
  for (const port of namedPorts) ports.set(`${port}`, await freePort());
  const withPorts = (text: string): string => text.replaceAll(/\b\d{4}\b/g, (port) => `${ports.get(port) ?? port}`);
  const running: ChildProcess[] = [];
  await using mock = await startMock({ port: 0 });
  try {
    if (!installs) await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(
      join(folder, '.npm-global'),
      `${ownSettings()}\n@nexconn-kit:registry=${registry}/\naudit=false\nfund=false\n`,
    );
    const shims = await writeShims(folder, ports);
    const env = outsideEnvironment({
      NEXCONN_APP_KEY: mock.appKey,
      NEXCONN_APP_SECRET: mock.appSecret,
      NEXCONN_BASE_URL: mock.url,
      PATH: [shims, process.env.PATH].join(delimiter),
      PORT: withPorts('3000'),
      // For whichever folder a page installs into.
      npm_config_globalconfig: join(folder, '.npm-global'),
      npm_config_engine_strict: 'false',
      npm_config_loglevel: 'notice',
    });
    for (const sample of samples) {
      const start = performance.now();
      const failure = await runSample(sample);
      onResult({ sample, seconds: (performance.now() - start) / 1000, ...(failure !== undefined && { failure }) });
      if (failure !== undefined) break;
    }

    async function runSample({ code, attributes, output }: Sample): Promise<string | undefined> {
      const text = withPorts(code);
      if (attributes.file !== undefined) {
        await mkdir(join(folder, attributes.file, '..'), { recursive: true });
        await writeFile(join(folder, attributes.file), text);
        return undefined;
      }
      const known = text.replaceAll(/(\b[A-Z_]+)=…\s?/g, '$1="$$$1" ').replaceAll(/ # [^\n]*$/gm, '');
      const script = `[ -f .sample-env ] && . ./.sample-env && cd "$PWD"\nset -eo pipefail\ntrap 'export -p > "${folder}/.sample-env"' EXIT\n${known}`;
      const child = killAtExit(spawn('bash', ['-c', script], { cwd: folder, env, detached: true }));
      let written = '';
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const awaited = attributes['keeps-running'];
      const ready = new Promise<void>((resolve) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', (chunk: string) => {
            written += chunk;
            if (awaited !== undefined && written.includes(withPorts(awaited))) resolve();
          });
        }
      });
      child.stdin.end();
      if (awaited !== undefined) {
        running.push(child);
        const came = await Promise.race([ready, ended, late(longestStartMs)]);
        if (came === 'late') return `It did not write «${awaited}»:\n${written}`;
        return child.exitCode === null ? undefined : `It ended with ${child.exitCode}:\n${written}`;
      }
      const exitCode = await Promise.race([ended, late(longestRunMs)]);
      if (exitCode === 'late') {
        running.push(child);
        return `It did not end. What goes on until the page ends has keeps-running="…":\n${written}`;
      }
      const expected = Number(attributes.exit ?? 0);
      if (exitCode !== expected) return `It ended with ${exitCode}, and not ${expected}:\n${written}`;
      const missing = output === undefined ? undefined : firstMissingLine(withPorts(output), written);
      return missing === undefined ? undefined : `It did not write «${missing}»:\n${written}`;
    }
  } finally {
    for (const child of running) await stopProcess(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function late(afterMs: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(resolve, afterMs, 'late').unref());
}

/** Returns what this machine sets for npm, such as where packages come from. */
function ownSettings(): string {
  const path = spawnSync('npm', ['config', 'get', 'globalconfig'], { encoding: 'utf8' }).stdout.trim();
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Writes `nexconn`, `nexconn-token-server` and `npx` for a page, which run our sources where the page has not installed them. */
async function writeShims(folder: string, ports: ReadonlyMap<string, number>): Promise<string> {
  const shims = join(folder, '.bin');
  await mkdir(shims);
  const node = [process.execPath, ...sourceFlags].join(' ');
  const port = (named: number): string => `${ports.get(`${named}`)}`;
  const nexconn = `#!/bin/sh
case "$1" in
  sandbox) shift; set -- sandbox --no-state --mock-port ${port(4010)} --tokens-port ${port(4020)} --docs-port ${port(4030)} "$@" ;;
  serve) export NEXCONN_PORT=${port(4020)} ;;
  mock) case " $* " in *" -- "*|*" --port "*) ;; *" coverage "*) set -- "$@" --url http://127.0.0.1:${port(4010)} ;; *) shift; set -- mock --port ${port(4010)} "$@" ;; esac ;;
esac
if [ -x node_modules/.bin/nexconn ] && [ ! -L node_modules ]; then exec node_modules/.bin/nexconn "$@"; fi
exec ${node} ${join(root, 'packages/cli/src/bin.ts')} "$@"
`;
  const tokenServer = `#!/bin/sh
export NEXCONN_PORT=\${NEXCONN_PORT:-${port(4020)}}
exec ${node} ${join(root, 'packages/token-server/src/bin.ts')} "$@"
`;
  const npx = `#!/bin/sh
case "$1" in
  nexconn|@nexconn-kit/cli) shift; exec "${shims}/nexconn" "$@" ;;
  nexconn-token-server|@nexconn-kit/token-server) shift; exec "${shims}/nexconn-token-server" "$@" ;;
esac
exec "${join(process.execPath, '../npx')}" "$@"
`;
  for (const [name, text] of Object.entries({ nexconn, 'nexconn-token-server': tokenServer, npx })) {
    await writeFile(join(shims, name), text);
    await chmod(join(shims, name), 0o755);
  }
  return shims;
}

/** Returns how a result is listed. */
export function describeShell({ sample, seconds, failure }: ShellResult): string {
  const what = sample.attributes.file === undefined ? 'bash' : `writes ${sample.attributes.file}`;
  const outcome = failure === undefined ? 'ok' : `FAILED\n${failure}`;
  return `${placeOf(sample).padEnd(44)} ${what.padEnd(28)} ${outcome} ${seconds.toFixed(1)} s`;
}
