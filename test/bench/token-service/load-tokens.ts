// Keeps connections busy over keep-alive, one request at a time on each, and counts the answers.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What it is asked for. */
export interface Job {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly users: number;
}

/** What became of it. */
export interface LoadResult {
  readonly perSecond: number;
  readonly refused: number;
  /** One of the answers that were refused. */
  readonly last: string;
}

/** Asks as an app does that has no token yet, each time another user's. */
function makeRequest(user: number): string {
  return [
    'POST /access-token HTTP/1.1',
    'Host: 127.0.0.1',
    'Accept: application/json',
    'Content-Type: application/json',
    `Authorization: u${user}x`,
    'Content-Length: 2',
    '',
    '{}',
  ].join('\r\n');
}

function keepBusy(socket: Socket, nextRequest: () => string | undefined, onAnswer: (answer: string) => void) {
  return new Promise<void>((resolve, reject) => {
    let received = '';
    const send = (): void => {
      const request = nextRequest();
      if (request === undefined) resolve(void socket.destroy());
      else socket.write(request, 'latin1');
    };
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(received) ?? [];
      if (length === undefined) return reject(new Error('The server answers without Content-Length.'));
      if (received.length < headEnd + 4 + Number(length)) return;
      onAnswer(received);
      received = '';
      send();
    });
    send();
  });
}

async function run({ port, connections, seconds, users }: Job): Promise<LoadResult> {
  const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  let [asked, answered, refused, last] = [0, 0, 0, ''];
  const startedAt = performance.now();
  const nextRequest = (): string | undefined => {
    if (performance.now() >= startedAt + seconds * 1000) return undefined;
    asked += 7919;
    return makeRequest(asked % users);
  };
  const onAnswer = (answer: string): void => {
    answered += 1;
    if (answer.startsWith('HTTP/1.1 200')) return;
    refused += 1;
    last = answer;
  };
  await Promise.all(sockets.map((socket) => keepBusy(socket, nextRequest, onAnswer)));
  return { perSecond: answered / ((performance.now() - startedAt) / 1000), refused, last };
}

process.on('message', async (job: Job) => process.send?.(await run(job)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
