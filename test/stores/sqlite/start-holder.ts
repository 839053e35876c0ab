import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { install } from '../../runtimes/install.js';
import { runtimes } from '../../runtimes/installed.js';
import { isExpected } from '../../support/find-program.js';
import { startScript } from '../../support/start-script.js';
import type { HolderAnswer, HolderQuestion } from './hold-store.js';

const script = new URL('hold-store.ts', import.meta.url);

/** A process that has a SQLite store open, or is refused. */
export interface Holder extends AsyncDisposable {
  readonly pid: number;
  readonly ask: (question: HolderQuestion) => Promise<HolderAnswer>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Kills it as the kernel does, and resolves once it has ended. */
  readonly killHard: () => Promise<void>;
}

/** The programs of the Nodes that are here; the first has its SQLite in WebAssembly. All of them with CI=true. */
export function installedNodes(): readonly string[] {
  install();
  const programs = runtimes.filter(({ isNode }) => isNode).map(({ program }) => program);
  return programs.filter((program) => isExpected(existsSync(program)));
}

/** Whether the tests run that give a process process IDs of its own: where this user may, and on each Linux with CI=true. */
export function canUnshare(): boolean {
  return (process.platform === 'linux' && isExpected(false)) || mayUnshare();
}

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Where a holder runs: with process IDs of its own, as in another container, or on files that can have no hard links. */
export type Inside = 'a namespace' | 'a file system without hard links';

/** Some shared folders, and exFAT, answer so to `link`; SQLite itself calls it nowhere. */
const withoutLinks = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const refuse = () => { throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' }); };
  Object.assign(fs, { linkSync: refuse, link: (from, to, done) => { try { refuse(); } catch (error) { done(error); } } });
  fs.promises.link = async () => refuse();
  syncBuiltinESMExports();
`)}`;

/** Starts a process on a Node. */
export async function startHolder(node: string, inside?: Inside): Promise<Holder> {
  if (inside === 'a namespace' && !mayUnshare()) {
    throw new Error('`unshare --pid` fails here: it needs util-linux, and root or the capability SYS_ADMIN.');
  }
  const commands = {
    'a namespace': ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL', node],
    'a file system without hard links': [node, '--import', withoutLinks],
  };
  const started = await startScript(script, [], inside ? commands[inside] : node);
  return {
    pid: started.process.pid ?? 0,
    ask: (question) => started.ask<HolderAnswer>(question),
    kill: (signal) => process.kill(-(started.process.pid ?? 0), signal),
    killHard: async () => started[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

/** The holders of a test file, which end with each test, and the folder of its databases. */
export interface Holders {
  /** Returns the path of another database, which there is not yet. */
  readonly newPath: () => string;
  readonly start: typeof startHolder;
  /** Returns what another process counts in a database that nobody has open. */
  readonly countOf: (node: string, path: string) => Promise<HolderAnswer>;
}

/** How quickly a holder watches for a sign of life where the one before is known to be dead, or asleep. */
export const quick = { heartbeatMs: 20 } as const;

/** Has each test of a file end the holders that it has started. */
export function useHolders(): Holders {
  const holders: Holder[] = [];
  let [folder, files] = ['', 0];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sqlite-holders-'));
  });
  afterEach(async () => {
    for (const holder of holders.splice(0)) await holder[Symbol.asyncDispose]();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function start(node: string, inside?: Inside): Promise<Holder> {
    const holder = await startHolder(node, inside);
    holders.push(holder);
    return holder;
  }

  return {
    newPath() {
      files += 1;
      return join(folder, `${files}.db`);
    },
    start,
    async countOf(node, path) {
      const holder = await start(node);
      expect(await holder.ask({ do: 'open', path, ...quick })).toEqual({ done: 0 });
      const counted = await holder.ask({ do: 'count' });
      expect(await holder.ask({ do: 'close' })).toEqual({ done: 0 });
      return counted;
    },
  };
}
