import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AppSecret, createNexconnClient } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { createMemoryStore, createTokenHandler, createTokenService, type TokenUser } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';
import { patient } from '../support/patient.js';

/** How the app of a test is set up. */
export interface TokenAppOptions {
  /** The script of the app's page. */
  readonly script: string;
  /** What the app server signs with. Default: the App Secret of the mock. */
  readonly appSecret?: AppSecret;
  readonly tokenValiditySeconds?: number;
  readonly allowedOrigins?: readonly string[];
}

/** An app with its server and the Nexconn API behind it, each on a port of its own. */
export interface TokenApp extends AsyncDisposable {
  readonly url: string;
  readonly mock: RunningMock;
  /** The users whose tokens the API has issued, in the order of the calls. */
  readonly issuedFor: () => Promise<(string | undefined)[]>;
  /** Who was logged in at each request for a token; undefined for nobody. */
  readonly askedBy: readonly (string | undefined)[];
  /** Moves the clocks of the token service and of the mock's tokens. */
  readonly pass: (ms: number) => Promise<void>;
  /** Holds up requests for a token until the function that it returns is called. */
  readonly hold: () => () => void;
}

/** Serves a page that runs the script, on a free port of this machine. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
}

/** Starts an app whose users log in by a name and a cookie. */
export async function startTokenApp(options: TokenAppOptions): Promise<TokenApp> {
  const mock = await startMock({ port: 0 });
  const { appKey, url: baseUrl } = mock;
  const client = createNexconnClient({ appKey, appSecret: options.appSecret ?? mock.appSecret, baseUrl, ...patient });
  const sessions = new Map<string, TokenUser>();
  const askedBy: (string | undefined)[] = [];
  let passedMs = 0;
  let held: Promise<void> | undefined;

  const tokens = createTokenService({
    client,
    store: createMemoryStore(),
    tokenValiditySeconds: options.tokenValiditySeconds,
    now: () => Date.now() + passedMs,
  });
  const answerToken = toNodeListener(
    createTokenHandler(tokens, {
      allowedOrigins: options.allowedOrigins,
      authenticateTimeoutMs: 60_000,
      async authenticate({ headers }) {
        const user = sessions.get(headers.get('cookie') ?? '');
        askedBy.push(user?.userId);
        await held;
        return user;
      },
    }),
  );

  async function answerLogin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let name = '';
    for await (const chunk of request) name += chunk;
    sessions.delete(request.headers.cookie ?? '');
    const cookie = `session=${randomUUID()}`;
    if (name !== '') sessions.set(cookie, { userId: name, name });
    response.writeHead(204, { 'Set-Cookie': `${cookie}; Path=/; HttpOnly; SameSite=Lax` }).end();
  }

  const server = createServer((request, response) => {
    if (request.url === '/access-token') answerToken(request, response);
    else if (request.method === 'POST') void answerLogin(request, response);
    else answerPage(options.script, response);
  });

  return {
    url: await listen(server),
    mock,
    askedBy,
    async issuedFor() {
      const { entries } = await mock.console.listJournal({ operationId: 'issueAccessToken', status: 200 });
      return entries.map(({ userId }) => userId);
    },
    async pass(ms) {
      passedMs += ms;
      await mock.console.moveClock({ byMs: ms });
    },
    hold() {
      let goOn = (): void => {};
      held = new Promise((resolve) => {
        goOn = resolve;
      });
      return goOn;
    },
    async [Symbol.asyncDispose]() {
      await close(server);
      await client.close();
      await mock.close();
    },
  };
}

/** Serves the app's page from another origin. */
export async function servePage(script: string): Promise<ServedPage> {
  const server = createServer((_, response) => answerPage(script, response));
  return { url: await listen(server), [Symbol.asyncDispose]: () => close(server) };
}

function answerPage(script: string, response: ServerResponse): void {
  const html = `<!doctype html><title>app</title><body></body><script>${script}</script>`;
  response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
