// Calls a host that never answers, as often as it is asked to, and tells what is left of that.

import { createNexconnClient, type NexconnClient } from '@nexconn-kit/client';
import { openResources, resourcesBeyond } from '../../e2e/client/open-resources.js';

/** How often which host is called, and whether the client is closed after that. */
export interface BlackHoleCalls {
  readonly baseUrl: string;
  readonly count: number;
  readonly isClosed: boolean;
}

/** What is left of the calls. */
export interface Leftovers {
  /** How many calls ended with each code. */
  readonly codes: Readonly<Record<string, number>>;
  /** Sockets, timers and the like that are open, and were not before. */
  readonly resources: readonly string[];
  /** By how many bytes the heap is larger than before. */
  readonly grownBytes: number;
}

const atOnce = 100;

async function callAll(nexconn: NexconnClient, count: number): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  let left = count;
  const call = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { code = 'none' } = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' }).catch((e) => e);
      codes[code] = (codes[code] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, call));
  return codes;
}

/** Returns the bytes of the heap that are in use, once what can be collected has been. */
async function heapUsed(): Promise<number> {
  const found: number[] = [];
  for (let times = 0; times < 5; times += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
    found.push(process.memoryUsage().heapUsed);
  }
  return Math.min(...found);
}

async function measure({ baseUrl, count, isClosed }: BlackHoleCalls): Promise<Leftovers> {
  const options = { appKey: 'key0123456789', appSecret: 'S3cretOfTheTests', baseUrl, timeoutMs: 20 };
  const make = () => createNexconnClient({ ...options, rateLimit: false, retry: false });
  // What is made once, such as compiled code, is there by then.
  const first = make();
  const resources = openResources();
  await callAll(first, 2 * atOnce);
  await first.close();
  await resourcesBeyond(resources);
  const before = await heapUsed();
  const nexconn = make();
  const codes = await callAll(nexconn, count);
  if (isClosed) await nexconn.close();
  const beyond = await resourcesBeyond(resources);
  const grownBytes = (await heapUsed()) - before;
  await nexconn.close();
  return { codes, resources: beyond, grownBytes };
}

process.on('disconnect', () => process.exit());
process.on('message', async (calls: BlackHoleCalls) => process.send?.(await measure(calls)));
process.send?.('ready');
