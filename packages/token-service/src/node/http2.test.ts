import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type OutgoingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { createTokenHandler } from '../handler/create-token-handler.js';
import type { TokenUser } from '../types.js';
import { toNodeListener } from './index.js';

const ada = { userId: 'jlk456j5', name: 'Ada' };

/** Starts a server of HTTP/2, and connects to it. The tokens that it was told are rejected go into a list. */
async function startHttp2(): Promise<{ session: ClientHttp2Session; rejected: (string | undefined)[] }> {
  const rejected: (string | undefined)[] = [];
  const hand = async ({ rejectedToken }: TokenUser & { rejectedToken?: string }) => {
    rejected.push(rejectedToken);
    return { ...ada, accessToken: 'token', expiresInSeconds: null };
  };
  const handler = createTokenHandler({ get: hand, replace: hand }, { authenticate: () => ada, bodyTimeoutMs: 60_000 });
  const listener = toNodeListener(handler) as (incoming: unknown, outgoing: unknown) => void;
  const server = createServer((incoming, outgoing) => listener(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  return { session, rejected };
}

interface Sent {
  readonly headers?: OutgoingHttpHeaders;
  /** Default: the headers are the last frame. */
  readonly chunks?: readonly string[];
}

async function ask(session: ClientHttp2Session, { headers, chunks }: Sent): Promise<[status: unknown, body: string]> {
  const stream = session.request({ ':method': 'POST', ':path': '/', ...headers }, { endStream: chunks === undefined });
  for (const chunk of chunks ?? []) stream.write(chunk);
  if (chunks) stream.end();
  const [answer] = await once(stream, 'response');
  return [answer[':status'], await text(stream)];
}

const json = { 'content-type': 'application/json' };
const body = '{"rejectedToken":"old"}';

it.each<[what: string, sent: Sent, status: number, rejected: (string | undefined)[]]>([
  ['of no declared length', { headers: json, chunks: [body] }, 200, ['old']],
  ['in several frames', { headers: json, chunks: [body.slice(0, 9), body.slice(9)] }, 200, ['old']],
  ['of a declared length', { headers: { ...json, 'content-length': body.length }, chunks: [body] }, 200, ['old']],
  ['that is none', {}, 200, [undefined]],
  ['of frames without bytes', { chunks: [] }, 200, [undefined]],
  ['of no media type', { chunks: [body] }, 415, []],
  ['that is too large', { headers: json, chunks: [`{"rejectedToken":"${'x'.repeat(100_000)}"}`] }, 413, []],
])('a body over HTTP/2 %s is read as one over HTTP/1.1', async (_what, sent, status, told) => {
  const { session, rejected } = await startHttp2();
  const [answered] = await ask(session, sent);
  expect({ status: answered, rejected }).toEqual({ status, rejected: told });
  // The connection is still good for others.
  expect((await ask(session, {}))[0]).toBe(200);
});

it('a request over HTTP/2 without an address is a 400', async () => {
  const { session } = await startHttp2();
  expect(await ask(session, { headers: { ':authority': 'a:b' } })).toEqual([400, '']);
});
