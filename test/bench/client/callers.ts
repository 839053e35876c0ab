import { hash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createNexconnClient } from '@nexconn-kit/client';
import type { paths } from '@nexconn-kit/contract';
import { signingMiddleware, signRequest } from '@nexconn-kit/signing';
import createClient from 'openapi-fetch';
import { Pool } from 'undici';

/** Issues a token and gives it. */
type Call = () => Promise<string | undefined>;

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };
const path = '/v4/auth/access-token/issue';
const body = { userId: 'jlk456j5', name: 'Ada' };

function callByHand(pool: Pool): Call {
  return async () => {
    const nonce = randomBytes(9).toString('hex');
    const timestamp = `${Date.now()}`;
    const { statusCode, body: answer } = await pool.request({
      path,
      method: 'POST',
      headers: {
        'App-Key': credentials.appKey,
        Nonce: nonce,
        Timestamp: timestamp,
        Signature: hash('sha1', credentials.appSecret + nonce + timestamp),
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const { code, result } = (await answer.json()) as { code: number; result: { accessToken: string } };
    if (statusCode !== 200 || code !== 0) throw new Error(`HTTP ${statusCode}, code ${code}`);
    return result.accessToken;
  };
}

/** Each makes the same signed call in the way that its kind of client is used; `peers` is where the peers are. */
export const callers: Record<string, (baseUrl: string, peers: string) => Promise<Call> | Call> = {
  /** Ours, with everything on; the limit is out of the way. */
  nexconn(baseUrl) {
    const client = createNexconnClient({ ...credentials, baseUrl, rateLimit: { perSecond: 1_000_000 } });
    return async () => (await client.issueAccessToken(body)).accessToken;
  },

  /** The least that a careful engineer writes by hand. */
  byHand: (baseUrl) => callByHand(new Pool(baseUrl, { connections: 64 })),

  /** The same, by the provider's rule of at most 79 requests over a connection, which the client keeps to. */
  byHandByTheRule: (baseUrl) => callByHand(new Pool(baseUrl, { connections: 64, maxRequestsPerClient: 78 })),

  openapiFetch(baseUrl) {
    const client = createClient<paths>({ baseUrl });
    client.use(signingMiddleware(credentials));
    return async () => (await client.POST(path, { body })).data?.result.accessToken;
  },

  async heyApi(baseUrl, peers) {
    const { client } = await import(pathToFileURL(join(peers, 'hey-api/client.gen.ts')).href);
    const { issueAccessToken } = await import(pathToFileURL(join(peers, 'hey-api/sdk.gen.ts')).href);
    client.setConfig({ baseUrl });
    return async () => {
      const headers = signRequest(credentials);
      const { data } = await issueAccessToken({ body, headers });
      return data.result.accessToken;
    };
  },

  async redocly(baseUrl, peers) {
    const { createClient: create, OPERATIONS } = await import(pathToFileURL(join(peers, 'redocly/client.ts')).href);
    const client = create(OPERATIONS, { serverUrl: baseUrl });
    return async () => {
      const headers = signRequest(credentials);
      const answer = await client.issueAccessToken({ body }, { headers });
      return answer.result.accessToken;
    };
  },

  async axios(baseUrl, peers) {
    const { default: axios } = await import(createRequire(join(peers, 'package.json')).resolve('axios'));
    const client = axios.create({ baseURL: baseUrl, timeout: 5000 });
    return async () => {
      const { data } = await client.post(path, body, { headers: { ...signRequest(credentials) } });
      return data.result.accessToken;
    };
  },
};
