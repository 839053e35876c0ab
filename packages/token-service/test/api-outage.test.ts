import { createServer } from 'node:http';
import { createNexconnClient, type NexconnClientOptions } from '@nexconn-kit/client';
import { type FaultKind, type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterEach, expect, it } from 'vitest';
import { patient } from '../../../test/support/patient.js';
import { until } from '../../../test/support/until.js';
import { createMemoryStore, createTokenHandler, createTokenService } from '../src/index.js';
import { toNodeListener } from '../src/node/index.js';
import { listen } from './support/start-backend.js';

const known = Array.from({ length: 10 }, (_, index) => `known${index * 7919}x`);
const unknown = Array.from({ length: 10 }, (_, index) => `unknown${index * 7919}x`);

const opened: (() => unknown)[] = [];
let mock: RunningMock;
let url: string;
/** Where the client of the last case sends its requests. */
let place: string;
async function startBackend(options: Pick<NexconnClientOptions, 'fetch' | 'timeoutMs' | 'deadlineMs'>): Promise<void> {
  mock = await startMock({ port: 0 });
  place = mock.url;
  opened.push(() => mock.close());
  const { appKey, appSecret, url: baseUrl } = mock;
  const settings = { ...patient, retry: { maxAttempts: 2, baseDelayMs: 10 }, ...options };
  const client = createNexconnClient({ appKey, appSecret, baseUrl, ...settings });
  opened.push(client.close);
  const tokens = createTokenService({ client, store: createMemoryStore() });
  const authenticate = ({ headers }: Request) => ({ userId: headers.get('authorization') ?? '', name: 'Ada' });
  const handler = createTokenHandler(tokens, { authenticate, requestsPerMinute: 1_000 });
  const server = createServer(toNodeListener(handler));
  opened.push(() => server.close());
  url = await listen(server);
}
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const ask = (userId: string): Promise<Response> => fetch(url, { method: 'POST', headers: { authorization: userId } });

async function askAll(users: readonly string[]): Promise<{ statuses: number[]; tokens: string[]; waits: number[] }> {
  const responses = await Promise.all(users.map(ask));
  const bodies = await Promise.all(responses.map((response) => response.json()));
  return {
    statuses: responses.map(({ status }) => status),
    tokens: bodies.map(({ accessToken }) => accessToken),
    waits: responses.map(({ headers }) => Number(headers.get('retry-after'))),
  };
}

/** Asks again until there is a token, as an app does. */
function askAtLast(userId: string): Promise<string> {
  const getToken = async () => {
    const response = await ask(userId);
    const { accessToken } = await response.json();
    expect({ status: response.status }).toEqual({ status: 200 });
    return accessToken;
  };
  return until(getToken, { interval: 100 });
}

/** How the API goes, and how it comes back. */
async function goWith(kind: FaultKind): Promise<() => Promise<void>> {
  await mock.console.setFault({ sequence: [{ kind }], times: 0 });
  return async () => void (await mock.console.clearFaults());
}

/** It comes back on another port: that of before may be anybody's by then, so nothing is sent there either. */
async function stop(): Promise<() => Promise<void>> {
  const { appKey, appSecret } = mock;
  await mock.close();
  place = nobodyListens;
  return async () => {
    mock = await startMock({ port: 0, appKey, appSecret });
    place = mock.url;
  };
}

/** A minute's outage in little: each call has given up before the next wave comes. */
const impatient = { timeoutMs: 1_500, deadlineMs: 2_500 };

/** The port of a service that is not run any more, that no system assigns, and that `fetch` does not refuse by itself. */
const nobodyListens = 'http://127.0.0.1:2';
const toPlace = {
  fetch: (request: Request) => fetch(new Request(new URL(new URL(request.url).pathname, place), request)),
};

it.each([
  ['its connections are reset', () => goWith('reset'), {}],
  ['it never answers', () => goWith('hang'), impatient],
  ['a gateway answers in its place', () => goWith('html'), {}],
  ['nobody listens', stop, toPlace],
])(
  'users with a stored token log in while %s, the others are told when to come back, and then get theirs',
  async (_, go, options) => {
    await startBackend(options);
    const tokens = await Promise.all(known.map(askAtLast));
    const comeBack = await go();
    for (let wave = 0; wave < 2; wave += 1) {
      const [served, refused] = await Promise.all([askAll(known), askAll(unknown)]);
      expect(served.statuses).toEqual(known.map(() => 200));
      expect(served.tokens).toEqual(tokens);
      expect(refused.statuses).toEqual(unknown.map(() => 503));
      expect(refused.tokens).toEqual(unknown.map(() => undefined));
      expect(refused.waits.every((seconds) => Number.isInteger(seconds) && seconds >= 1)).toBe(true);
    }
    await comeBack();
    const found = await Promise.all(unknown.map(askAtLast));
    expect(new Set([...tokens, ...found]).size).toBe(known.length + unknown.length);
    expect((await askAll([...known, ...unknown])).tokens).toEqual([...tokens, ...found]);
  },
);
