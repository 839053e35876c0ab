// Calls a server with one kind of client, so many calls at a time, as often as it is told to.
import { callers } from './callers.js';

const [kind = '', baseUrl = '', peers = ''] = process.argv.slice(2);
const make = callers[kind];
if (!make) throw new Error(`There is no caller ${kind}.`);
const call = await make(baseUrl, peers);

async function run({ calls, concurrency }: { calls: number; concurrency: number }): Promise<object> {
  let left = calls;
  const before = process.cpuUsage();
  const start = performance.now();
  async function work(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const token = await call();
      if (token?.length !== 96) throw new Error(`${kind} got no token.`);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  globalThis.gc?.();
  return {
    perSecond: calls / seconds,
    cpuMicroseconds: (user + system) / calls,
    heapBytes: process.memoryUsage().heapUsed,
  };
}

process.on('message', async (job: { calls: number; concurrency: number }) => process.send?.(await run(job)));
process.on('disconnect', () => process.exit());
process.send?.({ port: 0 });
