import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { makeIssueRequest } from '../../test/support/make-issue-request.js';
import { toApi } from '../document/api.js';
import { splitTarget } from '../http/read-request.js';
import type { MockRequest } from '../http/types.js';
import { resolveOptions } from '../resolve-options.js';
import { createPipeline } from './pipeline.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const count = 200;
/** Unlike each other, so that nothing is shared. */
const long = (at: number) => `${at}`.padEnd(90_000, 'abcdefghij');

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

it.each<[claim: string, make: (at: number) => Partial<MockRequest>]>([
  ['user IDs in bodies', (at) => ({ body: chunksOf(JSON.stringify({ userId: long(at), name: 'A' })) })],
  ['paths', (at) => splitTarget(`/${long(at)}`)],
  ['queries behind a short path', (at) => splitTarget(`/a-path-that-is-unknown/${at}?${long(at)}`)],
  ['methods', (at) => ({ method: long(at) })],
  ['request IDs', (at) => ({ headers: { 'x-request-id': long(at) } })],
  ['preferences', (at) => ({ headers: { prefer: `example=${long(at)}` } })],
])('keeps nothing of long %s but what its entries show', async (_, make) => {
  const { answer, journal } = createPipeline(toApi(), resolveOptions({ rateLimit: false }));
  async function send(at: number): Promise<void> {
    const request = makeIssueRequest({ sign: { nonce: () => `n${at}x` } });
    const headers = Object.fromEntries(request.headers);
    const { pathname: path, searchParams: query } = new URL(request.url);
    const drawn = make(at);
    const usual = { method: 'POST', path, query, body: chunksOf('{"userId":"u1","name":"A"}') };
    await answer({ ...usual, ...drawn, headers: { ...headers, ...drawn.headers } });
  }
  // Whatever is loaded or compiled by the first one stays.
  await send(count);
  const before = heapBytes();
  for (let at = 0; at < count; at += 1) await send(at);
  expect(journal.list()).toHaveLength(count + 1);
  // The texts alone are 18 MB.
  expect(heapBytes() - before).toBeLessThan(9_000_000);
});
