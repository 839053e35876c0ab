import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { issuePath } from '../../test/support/make-issue-request.js';
import { toApi } from '../document/api.js';
import { createPipeline, type Pipeline } from '../pipeline/pipeline.js';
import { createEarlyRecord } from '../pipeline/record.js';
import { resolveOptions } from '../resolve-options.js';
import { createListener } from './listener.js';

const nexconnApi = toApi();

/** Only for tests of these limits: a busy machine may exceed them with a good request. */
const impatient = { headersTimeoutMs: 500, requestTimeoutMs: 1000, checkIntervalMs: 25 };
let server: ReturnType<typeof createListener>;
let pipeline: Pipeline;
let lines: string[];

/** The connections that the server has accepted. */
let accepted: Socket[];

async function startServer(limits = {}): Promise<void> {
  lines = [];
  accepted = [];
  const settings = resolveOptions({ journalSize: 50, log: (line) => lines.push(line) });
  pipeline = createPipeline(nexconnApi, settings);
  const onRefused = createEarlyRecord(pipeline, settings);
  server = createListener(nexconnApi, pipeline.answer, { ...limits, onRefused });
  server.on('connection', (socket) => accepted.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

async function closeServer(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function restart(limits: object): Promise<void> {
  await closeServer();
  await startServer(limits);
}

beforeEach(() => startServer());
afterEach(closeServer);

/** Resolves once the server has read so many bytes of its last connection. */
function untilRead(bytes: number): Promise<void> {
  return until(() => expect(accepted.at(-1)?.bytesRead).toBeGreaterThanOrEqual(bytes), { interval: 1 });
}

/** Sends bytes as they are, in packets of their own; resolves with what came back until the connection ended. */
function sendRaw(...parts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received)).on('error', reject);
    const write = async (): Promise<void> => {
      let sent = 0;
      for (const part of parts) {
        if (sent > 0) await untilRead(sent);
        socket.write(part);
        sent += Buffer.byteLength(part);
      }
    };
    write().catch(reject);
  });
}

function count(): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, connections) => resolve(connections)));
}

function expectRefusal(received: string, status: number, code: number): void {
  const [head = '', body = ''] = received.split('\r\n\r\n', 2);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toMatch(/^content-type: application\/json; charset=utf-8$/im);
  expect(JSON.parse(body)).toEqual({ code, errorMessage: expect.any(String) });
}

it.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a header without a name', 'POST / HTTP/1.1\r\n: x\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a bad chunk', `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
  ['a path that is not ASCII', 'GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['headers of 64 kB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(65_536)}\r\n\r\n`, 431],
  ['headers that do not end in time', 'GET / HTTP/1.1\r\nHost: a\r\n', 408],
  ['a body that does not end in time', `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{`, 408],
])('answers %s in the shape of the API and closes the connection', async (_what, bytes, status) => {
  if (status === 408) await restart(impatient);
  expectRefusal(await sendRaw(Buffer.from(bytes, 'latin1')), status, 1002);
});

const secretHeaders = 'App-Key: k-secret\r\nSignature: s-secret\r\nAuthorization: Bearer b-secret\r\n';
const get = 'GET /x?token=q-secret HTTP/1.1\r\nHost: a\r\n';
const post = `POST ${issuePath} HTTP/1.1\r\nHost: a\r\n${secretHeaders}`;

it.each([
  ['no HTTP at all', 'hello h-secret\r\n\r\n', { status: 400 }],
  ['a header without a name', `${get}${secretHeaders}: h-secret\r\n\r\n`, { status: 400, method: 'GET', path: '/x' }],
  [
    'a TLS handshake',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
    { status: 400, reason: expect.stringContaining('http://') },
  ],
  [
    'what is meant for a proxy',
    `CONNECT example.com:443 HTTP/1.1\r\n${secretHeaders}\r\n`,
    { status: 405, method: 'CONNECT', path: '/example.com:443' },
  ],
  ['a bad header after its first bytes', [get, `: h-secret\r\n\r\n`], { status: 400 }],
  ['a bad request after a good one', [`${get}\r\n`, 'GET /h-secret HTTP/1.1\r\n: x\r\n\r\n'], { status: 400 }],
  [
    'headers of 40 kB',
    `${get}X: ${'h-secret'.repeat(5000)}\r\n\r\n`,
    { status: 431, method: 'GET', path: '/x', reason: expect.stringContaining('HPE_HEADER_OVERFLOW') },
  ],
  ['headers that do not end in time', `${get}${secretHeaders}`, { status: 408 }],
  [
    'a body that does not end in time',
    `${post}Content-Length: 9\r\n\r\n{`,
    { status: 408, method: 'POST', path: issuePath, reason: expect.stringContaining('too long') },
  ],
  [
    'a bad chunk',
    `${post}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nzz\r\n`,
    { status: 400, method: 'POST', path: issuePath, reason: expect.stringContaining('breaks off') },
  ],
  [
    'an over-large body',
    `${post}Content-Length: 100001\r\n\r\n${' '.repeat(100_001)}`,
    { status: 413, code: 1005, method: 'POST', path: issuePath },
  ],
])('writes down %s once, with what is known of it and no header', async (_what, bytes, expected) => {
  if (expected.status === 408) await restart(impatient);
  const parts = [bytes].flat();
  await sendRaw(...parts);
  const { journal } = pipeline;
  const entries = [...(await journal.waitFor())].filter(({ status }) => status !== 404);
  expect(entries).toEqual([
    {
      id: expect.any(Number),
      at: expect.any(Number),
      durationMs: expect.any(Number),
      code: 1002,
      reason: expect.any(String),
      ...expected,
      ...('path' in expected && expected.path === issuePath && { operationId: 'issueAccessToken' }),
    },
  ]);
  expect(lines.at(-1)).toContain(`${expected.status} ${entries[0]?.code} `);
  expect(JSON.stringify(entries) + lines.join('')).not.toContain('-secret');
});

it.each([
  ['resetAndDestroy', 0, 'the caller left'],
  ['destroy', 400, 'breaks off'],
] as const)(
  'writes down a caller that leaves its body unfinished, by %s, with status %i',
  async (leave, status, why) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const halfSent = `${post}Content-Length: 100\r\n\r\n{`;
    socket.on('error', () => {}).write(halfSent);
    await untilRead(halfSent.length);
    socket[leave]();
    const reason = expect.stringContaining(why);
    expect(await pipeline.journal.waitFor()).toMatchObject([{ status, path: issuePath, reason }]);
  },
);

it('does not carry out a request whose headers end after they were refused', async () => {
  await restart(impatient);
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  socket.resume().on('error', () => {});
  socket.write(get);
  await new Promise((resolve) => socket.on('end', resolve));
  socket.write('\r\n');
  await until(async () => expect(await count()).toBe(0));
  socket.destroy();
  expect(pipeline.journal.list()).toMatchObject([{ status: 408 }]);
});

it('does not take a connection without a byte for a request', async () => {
  await restart(impatient);
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  await new Promise((resolve) => socket.on('close', resolve));
  expect(pipeline.journal.list()).toEqual([]);
});

it('keeps no more of a flood of garbage than its journal has room for', async () => {
  const garbage = `GARBAGE ${'x'.repeat(10_000)}\r\n\r\n`;
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 20 }, () => sendRaw(garbage)));
  }
  const entries = pipeline.journal.list();
  expect(entries).toHaveLength(50);
  expect(JSON.stringify(entries).length).toBeLessThan(50 * 400);
});

it.each([
  ['garbage', 'hello\r\n\r\n'],
  ['half of its headers', get],
  ['half of its body', `${post}Content-Length: 100\r\n\r\n{`],
])('lets go of a caller that sent %s and does not hang up', async (_what, bytes) => {
  await restart(impatient);
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  socket.resume().on('error', () => {});
  socket.write(bytes);
  await new Promise((resolve) => socket.on('end', resolve));
  await until(async () => expect(await count()).toBe(0));
  socket.destroy();
});

it.each([
  ['no Host', 'GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n', 404, 404],
  [
    'an Expect that is not known',
    'GET /nowhere HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n',
    404,
    404,
  ],
  ['a whole URL as its target', `GET http://a${issuePath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 405, 1007],
  ['two slashes at the start', `GET /${issuePath} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 404, 404],
  ['an asterisk as its target', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 404],
  ['encoded control bytes in its path', 'GET /%00%0a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 404],
])('answers a request with %s', async (_what, bytes, status, code) => {
  expectRefusal(await sendRaw(bytes), status, code);
});

it('answers pipelined requests, each in its turn', async () => {
  const request = `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`;
  const last = 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const received = await sendRaw(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${request}${request}${last}`);
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['404', '401', '401', '404'].map((status) => `HTTP/1.1 ${status}`));
});

it('has nothing between the headers and the body of an answer that waits for its turn, whatever its body is written in', async () => {
  const expecting = 'Host: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx';
  const received = await sendRaw(`${post}Content-Length: 2\r\n\r\n{}POST /${'a'.repeat(500)} HTTP/1.1\r\n${expecting}`);
  const [, second = ''] = received.split('HTTP/1.1 100 Continue\r\n\r\n');
  const [head = '', body = ''] = second.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 404 /);
  expect(JSON.parse(body)).toEqual({ code: 404, errorMessage: expect.stringContaining('…') });
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}\r\n`);
});

it('stops reading a body that goes on and on', async () => {
  const head = `POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n`;
  const received = await sendRaw(Buffer.concat([Buffer.from(head), Buffer.alloc(10_100_000, ' ')]));
  expectRefusal(received, 413, 1005);
});

it('outlives a caller that leaves in the middle of its body', async () => {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST ${issuePath} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{`, () => socket.resetAndDestroy());
  await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
  expect((await fetch(`http://127.0.0.1:${port}/nowhere`)).status).toBe(404);
});

it('answers although the log fails, which is reported once', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): number => warnings.push(warning);
  process.on('warning', onWarning);
  const settings = resolveOptions({
    log: () => {
      throw new Error('disk full');
    },
  });
  const failingPipeline = createPipeline(nexconnApi, settings);
  const onRefused = createEarlyRecord(failingPipeline, settings);
  const failing = createListener(nexconnApi, failingPipeline.answer, { onRefused });
  await new Promise<void>((resolve) => failing.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}/`;
  expect((await fetch(url)).status).toBe(404);
  const garbage = connect((failing.address() as AddressInfo).port, '127.0.0.1').resume();
  garbage.write('hello\r\n\r\n');
  await new Promise((resolve) => garbage.on('close', resolve));
  expect((await fetch(url)).status).toBe(404);
  process.off('warning', onWarning);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('disk full')]);
  failing.closeAllConnections();
  await new Promise((resolve) => failing.close(resolve));
});

async function listenWith(answer: Parameters<typeof createListener>[1], onRefused = (_: unknown) => {}) {
  await closeServer();
  accepted = [];
  server = createListener(nexconnApi, answer, { onRefused });
  server.on('connection', (socket) => accepted.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each<[claim: string, headers: Record<string, string>, status: number]>([
  ['a header in characters that none has', { 'X-Left': '5 € left' }, 200],
  ['a header with a line feed', { 'X-Left': 'many\n' }, 200],
  ['a header with a space in its name', { 'X Left': '5' }, 200],
  ['a status that there is not', {}, 42],
])('answers 500 in place of %s, and sends what is beside it', async (_, headers, status) => {
  const refused: unknown[] = [];
  const bad = { status, headers, body: 'x' };
  const url = await listenWith(
    async ({ path }) => (path === '/bad' ? bad : { status: 200, headers: {}, body: path }),
    (answer) => refused.push(answer),
  );
  const paths = ['/a', '/bad', '/b', '/bad', '/c'];
  const answers = await Promise.all(paths.map((path) => fetch(`${url}${path}`)));
  expect(answers.map((answer) => answer.status)).toEqual([200, 500, 200, 500, 200]);
  expect(await answers[1]?.json()).toEqual({ code: 1000, errorMessage: expect.any(String) });
  const entry = {
    method: 'GET',
    path: '/bad',
    status: 500,
    code: 1000,
    reason: expect.stringContaining('not be sent'),
  };
  expect(refused).toEqual([entry, entry]);
});

it('answers few requests of one connection at a time, and in the end all of them, in order', async () => {
  const total = 10_000;
  let [underWay, most, answered] = [0, 0, 0];
  await listenWith(async ({ path }) => {
    underWay += 1;
    most = Math.max(most, underWay);
    // Long enough for all of them to be read, where they are.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    answered += 1;
    return { status: 200, headers: {}, body: path };
  });
  const requests = Array.from({ length: total }, (_, at) => {
    const body = `{"userId":"u${at}"}`;
    const last = at === total - 1 ? 'Connection: close\r\n' : '';
    return `POST /${at} HTTP/1.1\r\nHost: a\r\n${last}Content-Length: ${body.length}\r\n\r\n${body}`;
  });
  const received = await sendRaw(requests.join(''));
  const bodies = [...received.matchAll(/\r\n\r\n\/(\d+)/g)].map(([, at]) => Number(at));
  expect(bodies).toEqual(Array.from({ length: total }, (_, at) => at));
  expect(answered).toBe(total);
  // What a few reads of 64 KiB hold: how the caller's bytes are cut up is not ours.
  expect(most).toBeLessThan(total / 2);
});
