import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { hasPrograms, programPath } from '../../support/find-program.js';
import { installedNodes, useHolders } from './start-holder.js';

const nodes = installedNodes();
const { newPath, start, countOf } = useHolders();

const query = 'SELECT count(*) FROM tokens';
const outsiders: [program: string, args: string[]][] = [
  ['sqlite3', ['PATH', query]],
  ['sqlite3', ['PATH', '.backup PATH.backup']],
  ['sqlite3', ['PATH', 'DELETE FROM tokens; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE']],
  // It would wait five seconds for the lock.
  ['python3', ['-c', `import sqlite3; print(sqlite3.connect("PATH", timeout=0.1).execute("${query}").fetchall())`]],
];

it.runIf(hasPrograms('sqlite3', 'python3')).each(nodes)(
  'what %s writes after another program has had a look at the file is kept',
  async (node) => {
    const path = newPath();
    const holder = await start(node);
    expect(await holder.ask({ do: 'open', path })).toEqual({ done: 0 });
    let written = 0;
    for (const [program, args] of outsiders) {
      expect(await holder.ask({ do: 'write', from: written, count: 20 })).toEqual({ done: 20 });
      written += 20;
      try {
        execFileSync(
          programPath(program),
          args.map((arg) => arg.replaceAll('PATH', path)),
          { stdio: ['ignore', 'ignore', 'pipe'] },
        );
      } catch (error) {
        // It may be refused; a Python without its SQLite would have asked nothing.
        expect(`${error}`).not.toMatch(/ModuleNotFoundError|There is no/);
      }
    }
    expect(await holder.ask({ do: 'write', from: written, count: 20 })).toEqual({ done: 20 });
    await holder.killHard();
    expect(await countOf(node, path)).toEqual({ done: written + 20 });
  },
);
