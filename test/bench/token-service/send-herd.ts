// The apps of many users, in one process: all log in within one second, and come back when they are told to.
import { Agent, request } from 'undici';
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
  // One at a time over each connection, as apps do; nothing but the servers' answers ends a wait.
  const dispatcher = new Agent({ pipelining: 1, headersTimeout: 120_000, keepAliveTimeout: 1_000 });
  const logins = users.map((userId) => writeJwt(userId, jwtSecret));
  let [sentAway, broken, mostRequests] = [0, 0, 0];

  async function ask(endpoint: string, headers: Record<string, string>) {
    const {
      statusCode: status,
      headers: told,
      body,
    } = await request(endpoint, { method: 'POST', headers, dispatcher });
    const { accessToken, code } = (await body.json()) as { accessToken: string; code: string };
    return { status, waitSeconds: Number(told['retry-after']), accessToken, code };
  }

  async function logIn(login: string, index: number): Promise<string> {
    await sleep(Math.random() * 1000);
    const endpoint = endpoints[index % endpoints.length] as string;
    for (let requests = 1; ; requests += 1) {
      mostRequests = Math.max(mostRequests, requests);
      const headers = { authorization: `Bearer ${login}` };
      const answered = await ask(endpoint, headers).catch(() => undefined);
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
  await dispatcher.close();
  return { seconds, tokens: new Set(tokens).size, sentAway, broken, mostRequests };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
