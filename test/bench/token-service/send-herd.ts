// The apps of many users, in one process: all log in within one second, and come back when they are told to. Each has a
// connection of its own, by bare sockets: a client's own work would be taken from the servers, which share its machine.
import { connect } from 'node:net';
import { writeJwt } from '../../support/write-jwt.js';

/** What the process is asked for. */
interface Herd {
  /** Of the instances, one behind the other; each user stays with one. */
  readonly endpoints: readonly string[];
  /** Signs the users' log-ins, as HS256. */
  readonly jwtSecret: string;
  readonly users: readonly string[];
}

/** What the herd met with. */
export interface HerdResult {
  readonly seconds: number;
  readonly tokens: number;
  readonly sentAway: number;
  /** Connections that broke, as where the server closes one that is idle; the app asks again. */
  readonly broken: number;
  /** Of the user who had to ask most often. */
  readonly mostRequests: number;
}

process.on('disconnect', () => process.exit());
process.on('message', (herd: Herd) => void run(herd).then((result) => process.send?.(result)));
process.send?.('ready');

async function run({ endpoints, jwtSecret, users }: Herd): Promise<HerdResult> {
  const logins = users.map((userId) => writeJwt(userId, jwtSecret));
  let [sentAway, broken, mostRequests] = [0, 0, 0];

  async function logIn(login: string, index: number): Promise<string> {
    await sleep(Math.random() * 1000);
    const endpoint = new URL(endpoints[index % endpoints.length] as string);
    for (let requests = 1; ; requests += 1) {
      mostRequests = Math.max(mostRequests, requests);
      const answered = await ask(endpoint, login).catch(() => undefined);
      if (!answered) {
        broken += 1;
        await sleep(Math.random() * 1000);
        continue;
      }
      const { status, waitSeconds, accessToken, code } = answered;
      if (status === 200) return accessToken;
      if (status !== 503 || !(waitSeconds > 0)) throw new Error(`HTTP ${status}, ${code}`);
      sentAway += 1;
      // What `token-source` adds of its own.
      await sleep(waitSeconds * 1000 + Math.random() * 500);
    }
  }

  const startedAt = performance.now();
  const tokens = await Promise.all(logins.map(logIn));
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, tokens: new Set(tokens).size, sentAway, broken, mostRequests };
}

/** What the endpoint answers. */
interface Answered {
  readonly status: number;
  readonly waitSeconds: number;
  readonly accessToken: string;
  readonly code: string;
}

/** Rejects where the connection broke before the answer was whole. */
function ask({ hostname, port, host, pathname }: URL, login: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname).setEncoding('latin1');
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${login}\r\nContent-Length: 0\r\n\r\n`,
    );
    socket.on('data', (part: string) => {
      received += part;
      const [head = '', body = ''] = received.split('\r\n\r\n', 2);
      if (body.length === 0 || body.length < Number(/^content-length: (\d+)/im.exec(head)?.[1])) return;
      socket.destroy();
      const waitSeconds = Number(/^retry-after: (\d+)/im.exec(head)?.[1]);
      resolve({ status: Number(head.slice(9, 12)), waitSeconds, ...JSON.parse(body) });
    });
    socket.on('error', reject).on('close', () => reject(new Error('The connection was closed.')));
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
