import { generateKeyPairSync, sign } from 'node:crypto';
import { createNexconnClient, type NexconnClient, type NexconnClientOptions } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { createTokenSource } from '@nexconn-kit/token-source';
import { createProgram } from '../../packages/cli/src/create-program.js';
import { KeySetError, verifyByKeySet } from '../../packages/token-server/src/login/jwks.js';
import { captureRuns } from '../support/run-captured.js';
import { writeJwt } from '../support/write-jwt.js';
import type { Asker } from './hostile-answers.js';
import type { WriteBody } from './start-hostile-server.js';

/** What came of a question: the token, or what was thrown, with the code that callers distinguish it by. */
export interface Outcome {
  readonly token?: string | undefined;
  readonly code?: unknown;
  /** All that a caller, or a log, is shown of it. */
  readonly shown?: unknown;
}

/** A client of ours that asks a server again and again. */
export interface AskingClient extends AsyncDisposable {
  readonly ask: () => Promise<Outcome>;
}

/** How a client is tried. */
export interface AskerPlan {
  readonly asker: Asker;
  readonly writeBody: WriteBody;
  readonly userOf: (askedBody: string) => string;
  readonly create: (url: string, timeoutMs: number) => Promise<AskingClient>;
  /** Whether it keeps no connection from one question to the next. */
  readonly isOnce?: boolean;
}

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const session = writeJwt('jlk456j5', 'a-secret-of-forty-characters-for-this-test');

/** None of them may be shown; the last two are of each request of the API and of an app. */
export const secretsOf = (heads: readonly string[]): readonly string[] => [
  credentials.appSecret,
  session,
  'T0ken-',
  ...heads.flatMap((head) => [...head.matchAll(/^signature: *(\S+)/gim)].map(([, signature]) => `${signature}`)),
];

const api: Pick<AskerPlan, 'asker' | 'writeBody' | 'userOf'> = {
  asker: 'api',
  writeBody: ({ token, user, fields }) => `{"code":0,"result":{${fields}"userId":${user},"accessToken":${token}}}`,
  userOf: (body) => (JSON.parse(body) as { userId: string }).userId,
};

/** Time enough for whatever is not a matter of time. */
const clientOptions = (baseUrl: string, timeoutMs: number): NexconnClientOptions => ({
  ...credentials,
  baseUrl,
  timeoutMs,
  deadlineMs: 300_000,
  retry: false,
  rateLimit: false,
});

async function outcomeOf(work: Promise<string>): Promise<Outcome> {
  try {
    return { token: await work };
  } catch (error) {
    return { code: Reflect.get(Object(error), 'code'), shown: error };
  }
}

function overClient(asker: 'api' | 'web'): AskerPlan {
  return {
    ...api,
    asker,
    async create(url, timeoutMs) {
      const nexconn = createNexconnClient(clientOptions(url, timeoutMs));
      return {
        ask: () => outcomeOf(nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' }).then((r) => r.accessToken)),
        [Symbol.asyncDispose]: () => nexconn.close(),
      };
    },
  };
}

/** The handler of an app server over a client: each time another user asks. */
const handler: AskerPlan = {
  ...api,
  async create(url, timeoutMs) {
    const client: NexconnClient = createNexconnClient(clientOptions(url, timeoutMs));
    const store = createMemoryStore();
    let users = 0;
    let failure: unknown;
    const answer = createTokenHandler(createTokenService({ client, store }), {
      authenticate: () => ({ userId: `user${users}`, name: 'Ada' }),
      onFailure: (event) => {
        failure = event;
      },
    });
    return {
      async ask() {
        users += 1;
        failure = undefined;
        const response = await answer(new Request('http://localhost/access-token', { method: 'POST' }));
        const body = (await response.json()) as { accessToken?: string; code?: string };
        if (response.status === 200) return { token: body.accessToken };
        const kept = (await store.forApp?.(credentials.appKey).read(`user${users}`))?.token;
        if (kept) throw new Error('A token was stored.');
        if (!/^(ISSUE_FAILED|TRY_LATER)$/.test(`${body.code}`)) throw new Error(`The answer is ${body.code}.`);
        const { error } = Object(failure) as { error?: { apiError?: { code: string } } };
        return { code: error?.apiError?.code, shown: [body, failure] };
      },
      [Symbol.asyncDispose]: () => client.close(),
    };
  },
};

const runCaptured = captureRuns((context) => createProgram(context, '/nowhere'));

const commandLine: AskerPlan = {
  ...api,
  isOnce: true,
  async create(url, timeoutMs) {
    const env = { NEXCONN_APP_KEY: credentials.appKey, NEXCONN_APP_SECRET: credentials.appSecret };
    const args = ['token', 'issue', '--json', '--user-id', 'jlk456j5', '--name', 'Ada'];
    return {
      async ask() {
        const flags = ['--base-url', url, '--timeout-ms', `${timeoutMs}`];
        const { code, stdout, stderr } = await runCaptured([...args, ...flags], { env });
        if (code === 0) return { token: JSON.parse(stdout).accessToken };
        if (code !== 1 || stdout !== '') throw new Error(`It ended with ${code}: ${stdout}`);
        const { error } = JSON.parse(stderr) as { error: { code: string } };
        return { code: error.code, shown: stderr };
      },
      [Symbol.asyncDispose]: async () => {},
    };
  },
};

const app: AskerPlan = {
  asker: 'app',
  writeBody: ({ token, user, fields }) => `{${fields}"userId":${user},"accessToken":${token},"expiresInSeconds":null}`,
  userOf: () => 'jlk456j5',
  async create(url, timeoutMs) {
    const endpoint = `${url}/access-token`;
    const headers = { authorization: `Bearer ${session}` };
    const source = createTokenSource({ endpoint, headers, userId: 'jlk456j5', timeoutMs, maxAttempts: 1 });
    let last: string | undefined;
    return {
      async ask() {
        const outcome = await outcomeOf(last === undefined ? source.get() : source.reject(last));
        last = outcome.token ?? last;
        return outcome;
      },
      [Symbol.asyncDispose]: async () => source.close(),
    };
  },
};

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks = JSON.stringify([{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }]);
const signed = [{ alg: 'ES256', kid: 'k1' }, { sub: 'ada' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');
const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
const jwt = `${signed}.${signature.toString('base64url')}`;

/** What fetches the key set of an identity provider. It has a token of its own to tell, that no answer brings. */
const keySet: AskerPlan = {
  asker: 'keys',
  writeBody: ({ token, fields }) => `{${fields}"keys":${/^"T0ken-of-the-test/.test(token) ? jwks : token}}`,
  userOf: () => 'ada',
  async create(url, timeoutMs) {
    const keysUrl = new URL(`${url}/jwks`);
    let verify = verifyByKeySet(keysUrl, { timeoutMs });
    return {
      async ask() {
        try {
          const { payload } = await verify(jwt, { algorithms: ['ES256'] });
          verify = verifyByKeySet(keysUrl, { timeoutMs });
          return { token: payload.sub };
        } catch (error) {
          if (!(error instanceof KeySetError)) throw error;
          return { code: error.code, shown: error };
        }
      },
      [Symbol.asyncDispose]: async () => {},
    };
  },
};

export const askers: Readonly<Record<string, AskerPlan>> = {
  'the client': overClient('api'),
  'the client of other runtimes': overClient('web'),
  'the token handler of an app server': handler,
  'nexconn token issue': commandLine,
  'the token source of an app': app,
  'the JWK set of an identity provider': keySet,
};
