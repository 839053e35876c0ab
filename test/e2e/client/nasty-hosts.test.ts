import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createNexconnClient, type NexconnEvent } from '@nexconn-kit/client';
import { describe, expect, it } from 'vitest';
import { patient } from '../../support/patient.js';
import { openResources, resourcesBeyond } from './open-resources.js';
import { styles } from './styles.js';

type Behaviour = (socket: Socket) => void;

const head = (more: string) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;
const refusal = '{"code":1008,"errorMessage":"Slow down."}';

/** Writes a byte now and one each second, as long as it is let. */
function drip(socket: Socket, text: string): void {
  let at = 0;
  const write = (): void => void socket.write(text.charAt(at++));
  write();
  const timer = setInterval(write, 1_000);
  socket.once('close', () => clearInterval(timer));
}

const hosts: [string, Behaviour, { code?: string; apiCode?: number }][] = [
  ['accepts and says nothing', () => {}, { code: 'TIMEOUT' }],
  ['gives one byte a second of its head', (socket) => drip(socket, head('Content-Length: 9')), { code: 'TIMEOUT' }],
  [
    'gives one byte a second of its body',
    (socket) => {
      socket.write(head('Content-Length: 90'));
      drip(socket, `{"code":0,${' '.repeat(79)}}`);
    },
    { code: 'TIMEOUT' },
  ],
  ['closes at once', (socket) => socket.end(), { code: 'NETWORK' }],
  ['resets', (socket) => socket.resetAndDestroy(), { code: 'NETWORK' }],
  ['closes in the middle of its head', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'), { code: 'NETWORK' }],
  [
    'closes in the middle of its body',
    (socket) => socket.end(`${head('Content-Length: 90')}{"code":0,`),
    { code: 'NETWORK' },
  ],
  [
    'closes in the middle of a chunk',
    (socket) => socket.end(`${head('Transfer-Encoding: chunked')}5a\r\n{"code":0,`),
    { code: 'NETWORK' },
  ],
  ['speaks no HTTP', (socket) => socket.end('220 mail.example.com ESMTP\r\n'), { code: 'NETWORK' }],
  [
    'answers with HTML',
    (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>'),
    { code: 'SERVICE_FAILED' },
  ],
  [
    'answers 200 with code 1008',
    (socket) => socket.end(`${head(`Content-Length: ${refusal.length}`)}${refusal}`),
    { code: 'RATE_LIMITED', apiCode: 1008 },
  ],
];

describe.each(styles)('%s', (style, act) => {
  it.each(hosts)('asks a host three times that %s, and leaves nothing open', async (_, behave, expected) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => behave(socket));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const baseline = openResources();
    let attempts = 0;
    const onEvent = ({ type }: NexconnEvent): void => {
      if (type === 'attempt') attempts += 1;
    };
    const { port } = server.address() as AddressInfo;
    const retry = { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 2 };
    const bounds = expected.code === 'TIMEOUT' ? { timeoutMs: 100 } : patient;
    const options = { baseUrl: `http://127.0.0.1:${port}`, ...bounds, retry, onEvent };
    const client = createNexconnClient({ appKey: 'key0123456789', appSecret: 'S3cretOfTheTests', ...options });
    const { apiCode } = expected;
    expect(await act(client)).toEqual(style === 'client.http' && apiCode ? { apiCode } : { apiCode, ...expected });
    expect(attempts).toBe(3);
    await client.close();
    expect(await resourcesBeyond(baseline)).toEqual([]);
    server.close();
  });
});
