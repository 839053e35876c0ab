import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startMock } from '@nexconn-kit/mock';
import type { FromMockProcess } from './start-mock-process.js';

/** Serves a mock until the parent process lets go, and tells it how much memory that takes. */

function tell(message: FromMockProcess): void {
  process.send?.(message);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('unhandledRejection', (reason) => tell({ kind: 'rejection', reason: String(reason) }));
process.on('disconnect', () => process.exit());
process.on('message', () => {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  tell({ kind: 'memory', heap: Math.round((heapUsed + external) / 1e6), rss: Math.round(rss / 1e6) });
});

// Room for all requests of a round, since they are counted.
const { url, appKey, appSecret } = await startMock({ port: 0, rateLimit: false, journalSize: 1_000_000 });
tell({ kind: 'ready', url, appKey, appSecret });
