import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { type AppSecret, createNexconnClient, type NexconnEvent } from '../src/index.js';
import { createRateStore } from '../src/rate-store/index.js';
import { type ClientSettings, credentials, path, request } from './support/make-client.js';
import { outlast, outlasted } from './support/outlast.js';
import { type Answerer, json, startServer } from './support/start-server.js';

vi.mock('../src/system-time.js', async (load) => ({
  ...(await load<object>()),
  ...(await import('./support/outlast.js')),
}));

const [current, next, third] = ['CurrentSecret1', 'NextSecret22', 'ThirdSecret333'];
const token = '7FDmy0Fou41rA6H8VODu233z';
const types: NexconnEvent['type'][] = [
  'call-start',
  'call-end',
  'attempt',
  'wait',
  'long-text',
  'failover',
  'rotation',
  'clock',
  'rate-store',
];

/** Whatever a person or a log could make of a value. */
function shown(value: unknown): string {
  const causes: unknown[] = [];
  for (let each = value; each instanceof Error; each = each.cause) {
    causes.push(each.message, each.stack, String(each), JSON.stringify(each), { ...each });
  }
  const deep = inspect([value, ...causes], { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
  return `${deep} ${JSON.stringify(value)}`;
}

/** Refuses as the API does, with all that it was told in its message. */
function telling(code: number, status: number): Answerer {
  return (response, received, incoming) => {
    const errorMessage = `${JSON.stringify(received.headers)} ${current} ${next} ${third} ${received.body}`;
    const date = new Date(Date.now() + 600_000).toUTCString();
    json(status, { code, errorMessage }, { date, 'x-secret': current })(response, received, incoming);
  };
}

const issuing: Answerer = (...given) =>
  json(200, { code: 0, result: { userId: request.userId, accessToken: token } })(...given);

/** A provider that hands out one secret after another. */
function provider(...answers: Exclude<AppSecret, string | (() => unknown)>[] | string[]): AppSecret {
  let asked = 0;
  return async () => answers[Math.min(asked++, answers.length - 1)] as string;
}

const secrets: [string, () => AppSecret][] = [
  ['one secret', () => current],
  ['a pair', () => ({ current, next })],
  ['a provider', () => provider(current, next, third)],
  ['a provider of a pair', () => provider({ current, next }, { current: next, next: third })],
];

const answers: [string, Answerer][] = [
  ['issued', issuing],
  ['refused for its signature', telling(1004, 401)],
  ['refused for its App Secret', telling(1001, 401)],
  ['refused for its rate', telling(1008, 429)],
  ['refused with an unknown code', telling(4711, 200)],
  ['cut off', (response) => response.destroy()],
  ['not answered', outlast],
];

describe.each(secrets)('with %s', (_, secretOf) => {
  it.each(answers)('a call that is %s shows no secret, signature or token in errors and events', async (_, answer) => {
    await using server = await startServer(answer);
    await using backup = await startServer(answer);
    const seen: unknown[] = [];
    const note = (event: unknown): number => seen.push(event);
    for (const type of types) subscribe(`nexconn:${type}`, note);
    const baseUrls = [server.url, backup.url] as const;
    const retry = { baseDelayMs: 1, maxDelayMs: 1 };
    const options: ClientSettings = {
      retry,
      onEvent: note,
      ...outlasted,
      // One attempt at each host.
      deadlineMs: 1.5 * outlasted.timeoutMs,
    };
    await using nexconn = createNexconnClient({
      appKey: credentials.appKey,
      appSecret: secretOf(),
      baseUrls,
      ...options,
    });
    for (let calls = 0; calls < 2; calls += 1) {
      await nexconn.issueAccessToken(request).then(({ accessToken }) => expect(accessToken).toBe(token), note);
      await nexconn.http.POST(path, { body: request }).then(() => {}, note);
    }
    for (const type of types) unsubscribe(`nexconn:${type}`, note);
    seen.push(nexconn);
    const signatures = [...server.received, ...backup.received].map(({ headers }) => String(headers.signature));
    expect(signatures.length).toBeGreaterThanOrEqual(4);
    const text = seen.map(shown).join('\n');
    expect(text).toContain('call-end');
    for (const secret of [current, next, third, token, ...signatures]) expect(text).not.toContain(secret);
  });
});

it('a provider that fails with a secret in its words has it taken out, of the cause, too', async () => {
  const seen: unknown[] = [];
  const note = (event: unknown): number => seen.push(event);
  const appSecret = () =>
    Promise.reject(
      Object.assign(new Error(`no ${third}`, { cause: new Error(`${next}: not it`) }), { value: current }),
    );
  const { appKey } = credentials;
  await using nexconn = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost:1', onEvent: note });
  await nexconn.issueAccessToken(request).catch(note);
  const text = seen.map(shown).join('\n');
  expect(text).toContain('the function given as appSecret failed');
  for (const secret of [current, next, third]) expect(text).not.toContain(secret);
});

// Of letters alone, so that nothing but its value tells that it is one.
const [plain, longer] = ['SecretOfLetters', 'SecretOfLettersToo'];

it('a provider that fails once it has named its secrets has them taken out, for whoever asks for their names, too', async () => {
  await using server = await startServer(json(401, { code: 1004, errorMessage: 'No.' }));
  const { appKey } = credentials;
  let asked = 0;
  const appSecret = async () => {
    asked += 1;
    if (asked > 1) throw new Error(`secret ${longer} and ${plain} are wrong`);
    return { current: plain, next: longer };
  };
  await using nexconn = createNexconnClient({ appKey, appSecret, baseUrl: server.url });
  const failure = await nexconn.issueAccessToken(request).catch((error: unknown) => error);
  expect(shown(failure)).toContain('secret [redacted] and [redacted] are wrong');
  expect(shown(failure)).not.toMatch(/SecretOfLetters|Too\b/);
});

it('names of secrets that a provider does not give are an error in words, without what it says of them', async () => {
  const { appKey } = credentials;
  const appSecret = () => Promise.reject(new Error(`no ${third}`));
  await using nexconn = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost:1' });
  const failure = await nexconn.appSecrets.ids().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'INVALID_OPTION',
    option: 'appSecret',
    message: expect.stringMatching(/^The App Secrets have no names yet: the function given as appSecret failed\./),
    cause: { message: 'no [redacted]' },
  });
  expect(shown(failure)).not.toContain(third);
});

it('a store of the shared rate limit that fails with a secret in its words has it taken out', async () => {
  await using server = await startServer(issuing);
  const seen: NexconnEvent[] = [];
  const reserve = () => Promise.reject(new Error(`AUTH ${plain} is wrong, and so is ProxySecret`));
  await using nexconn = createNexconnClient({
    ...credentials,
    appSecret: plain,
    baseUrl: server.url,
    proxy: 'http://user:ProxySecret@localhost:1',
    rateLimit: { store: createRateStore({ reserve }) },
    onEvent: (event) => seen.push(event),
  });
  await nexconn.issueAccessToken(request).catch(() => {});
  expect(seen).toContainEqual({
    type: 'rate-store',
    state: 'lost',
    cause: expect.objectContaining({ message: 'AUTH [redacted] is wrong, and so is [redacted]' }),
  });
});

it.each<[string, unknown]>([
  ['the App Key', credentials.appKey],
  ['white space around it', ` ${current}`],
  ['a pair with one missing', { current }],
  ['a number', 1234567890],
])('a provider that gives %s fails the call in words without it', async (_, given) => {
  const { appKey } = credentials;
  const appSecret = async () => given as string;
  await using nexconn = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost:1' });
  const failure = await nexconn.issueAccessToken(request).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'INVALID_OPTION', option: 'appSecret', attempts: 0 });
  const text = shown(failure);
  for (const secret of [current, '1234567890']) expect(text).not.toContain(secret);
});

it('a header of the client stands in no error of a fetch of its own, nor does a word of it', async () => {
  const word = 'Z2F0ZXdheTpwYXNz';
  const fetch = (): Promise<Response> => {
    throw new Error(`refused: Basic ${word}`, { cause: new Error(`not ${word}, nor Key4711`) });
  };
  const headers = { Authorization: `Basic ${word}`, 'X-Gateway': 'Key4711', Accept: 'refused' };
  const { appKey } = credentials;
  const options = { appKey, appSecret: current, baseUrl: 'http://localhost:1', retry: false, headers, fetch } as const;
  await using nexconn = createNexconnClient(options);
  const failures = [nexconn.issueAccessToken(request), nexconn.http.POST(path, { body: request })];
  const text = (await Promise.allSettled(failures))
    .map((each) => shown(each.status === 'rejected' && each.reason))
    .join();
  expect(text).toContain('refused: [redacted]');
  for (const secret of [word, 'Key4711']) expect(text).not.toContain(secret);
});

const word = 'Z2F0ZXdheTpwYXNz';
const pair = ['Authorization', `Basic ${word}`] as const;

it.each<[string, object]>([
  ['a record', { headers: Object.fromEntries([pair]) }],
  ['a list', { headers: [pair] }],
  ['a Map', { headers: new Map([pair]) }],
  ['Headers', { headers: new Headers([[...pair]]) }],
  ['a parameter', { params: { header: Object.fromEntries([pair]) } }],
  ['a middleware', { middleware: [{ onRequest: (sent: { request: Request }) => sent.request.headers.set(...pair) }] }],
])('a header of one call, given as %s, stands in no error, nor in an event', async (_, init) => {
  const seen: unknown[] = [];
  const refuse = (quoted: string) => Response.json({ code: 1002, errorMessage: `not ${quoted}` }, { status: 400 });
  const answers = [
    (quoted: string) => Promise.reject(new Error(quoted, { cause: new Error(`not ${word}`) })),
    (quoted: string) => new Response(quoted, { status: 502 }),
    refuse,
  ];
  for (const answer of answers) {
    const sent: (string | null)[] = [];
    const fetch = async ({ headers }: Request): Promise<Response> => {
      sent.push(headers.get('authorization'));
      return answer(`refused: ${headers.get('authorization')} or ${word}`);
    };
    const { appKey } = credentials;
    const options = { appKey, appSecret: current, baseUrl: 'http://localhost:1', retry: false, fetch } as const;
    await using nexconn = createNexconnClient({ ...options, onEvent: (event) => seen.push(event) });
    const { POST } = nexconn.http as unknown as { POST: (path: string, init: object) => Promise<unknown> };
    // A refusal is the caller's own answer; what a middleware makes an error of is judged as that of a named method.
    await POST(path, { body: request, ...init }).catch((error: unknown) => seen.push(error));
    expect(sent).toEqual([pair[1]]);
  }
  const text = seen.map(shown).join();
  expect(text).toContain('[redacted]');
  expect(text).not.toContain(word);
});

it('a header that a middleware sets stands in no error of a named method, also where it replaces the answer', async () => {
  const { appKey } = credentials;
  const fetch = async () => Response.json({ code: 1002, errorMessage: `not ${word}` }, { status: 400 });
  const options = { appKey, appSecret: current, baseUrl: 'http://localhost:1', retry: false, fetch } as const;
  const seen: unknown[] = [];
  for (const onResponse of [
    undefined,
    ({ response }: { response: Response }) => new Response(response.body, response),
  ]) {
    await using nexconn = createNexconnClient(options);
    nexconn.http.use({ onRequest: (sent) => sent.request.headers.set(...pair), ...(onResponse && { onResponse }) });
    await nexconn.issueAccessToken(request).catch((error: unknown) => seen.push(error));
  }
  const text = seen.map(shown).join();
  expect(seen).toMatchObject(Array(2).fill({ code: 'REQUEST_REJECTED' }));
  expect(text).toContain('not [redacted]');
  expect(text).not.toContain(word);
});
