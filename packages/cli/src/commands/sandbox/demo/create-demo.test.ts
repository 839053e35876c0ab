import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../../../test/support/until.js';
import { type Sandbox, startSandbox } from '../start-sandbox.js';
import { actionNames, type DemoEvent } from './protocol.js';

let folder: string;
let sandbox: Sandbox;
const streams: AbortController[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-demo-'));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  sandbox = await startSandbox({
    ...{ mockPort: 0, tokensPort: 0, docsPort: 0 },
    docsFolder: folder,
  });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await sandbox[Symbol.asyncDispose]();
});

const urlOf = (path: string) => `${sandbox.tokens.url}${path}`;

/** Asks for a token as a page of the demo does, in that story. */
async function askForToken(userId: string, story: string, rejectedToken?: string): Promise<string> {
  const response = await fetch(urlOf('/access-token'), {
    method: 'POST',
    headers: {
      'X-User-Id': userId,
      'X-Request-ID': `demo.${story}.${userId}-1`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ rejectedToken }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(urlOf(path), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

interface Listening {
  readonly events: DemoEvent[];
  readonly text: () => string;
  readonly lastId: () => string;
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** Listens to the events until the end of the test. */
async function listen(headers: Record<string, string> = {}, query = ''): Promise<Listening> {
  const stream = new AbortController();
  streams.push(stream);
  const response = await fetch(urlOf(`/demo/events${query}`), { headers, signal: stream.signal });
  expect(response.status).toBe(200);
  const events: DemoEvent[] = [];
  let text = '';
  const ended = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n').slice(0, -1);
      const found = blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? []);
      events.push(...found.slice(events.length).map((data) => JSON.parse(data) as DemoEvent));
    }
  })().catch(() => {});
  await until(() => expect(events[0]?.type).toBe('hello'));
  const lastId = () => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  return { events, text: () => text, lastId, ended, stop: () => stream.abort() };
}

function stepsOf(events: readonly DemoEvent[], story: string): string[] {
  return events.flatMap((event) => (event.type === 'step' && event.step.story === story ? event.step.text : []));
}

describe('the page', () => {
  it('comes with a policy that lets nothing in from elsewhere, in at most 100 kB', async () => {
    const html = await fetch(urlOf('/'));
    const text = await html.text();
    expect(html.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    expect(html.headers.get('x-frame-options')).toBe('DENY');
    const parts = [...text.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path as string);
    expect(parts.sort()).toEqual(['/demo/demo.css', '/demo/demo.js', '/demo/look.css']);
    const sizes = await Promise.all(
      parts.map(async (path) => (await (await fetch(urlOf(path))).arrayBuffer()).byteLength),
    );
    expect(sizes.reduce((sum, size) => sum + size, text.length)).toBeLessThan(100_000);
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=/);
  });

  it.each(['/demo/nothing', '/demo/page.ts', '/demo/..%2findex.html', '/other'])('has no %s', async (path) => {
    expect((await fetch(urlOf(path))).status).toBe(404);
  });

  it('is read by GET and HEAD alone', async () => {
    const refused = await fetch(urlOf('/'), { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET']);
    expect(await (await fetch(urlOf('/'), { method: 'HEAD' })).text()).toBe('');
  });
});

describe('who may call it', () => {
  it.each(['/', '/demo/events', '/demo/demo.js'])(
    'a host name that may be pointed here is refused: %s',
    async (path) => {
      const { hostname, port } = new URL(sandbox.tokens.url);
      const status = await new Promise((resolve, reject) => {
        request({ hostname, port, path, headers: { host: `rebound.example:${port}` } }, (response) =>
          resolve(response.resume().statusCode),
        )
          .once('error', reject)
          .end();
      });
      expect(status).toBe(403);
    },
  );

  it.each([{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])(
    'a page of another origin: %o',
    async (headers) => {
      const refused = await post(
        '/demo/actions/rotate-secret',
        { story: 'rotate-1' },
        headers as Record<string, string>,
      );
      expect(await refused.json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
      expect((await fetch(urlOf('/demo/events'), { headers: headers as Record<string, string> })).status).toBe(403);
    },
  );

  it.each([
    ['another type', 415, 'MEDIA_TYPE_REFUSED', '{"story":"rotate-1"}', { 'Content-Type': 'text/plain' }],
    ['no JSON', 400, 'INVALID_REQUEST', '{', {}],
    ['a list', 400, 'INVALID_REQUEST', '[]', {}],
    ['no story', 400, 'INVALID_REQUEST', '{}', {}],
    ['a story of another shape', 400, 'INVALID_REQUEST', '{"story":"<b>"}', {}],
    ['more than 16 KiB', 413, 'BODY_TOO_LARGE', JSON.stringify({ story: 'a'.repeat(20_000) }), {}],
  ])('a body of %s is refused, and nothing is done', async (_, status, code, body, headers) => {
    const refused = await post('/demo/actions/suspend-app', body, headers as Record<string, string>);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([status, code]);
    expect(await sandbox.mock.console.getApp({})).toMatchObject({ suspended: false });
  });

  it('an action that there is not is refused, as are those that every object has', async () => {
    for (const name of ['delete-all', 'constructor', '__proto__', 'toString']) {
      expect((await post(`/demo/actions/${name}`, { story: 'rotate-1' })).status).toBe(404);
    }
    expect((await fetch(urlOf('/demo/actions/rotate-secret'))).status).toBe(405);
  });
});

describe('the events', () => {
  it('tell the way of a token, step by step', async () => {
    const { events } = await listen();
    await askForToken('ada', 'sign-in-a1b2-1');
    await askForToken('ada', 'second-a1b2-2');
    await until(() => expect(stepsOf(events, 'second-a1b2-2')).toHaveLength(1));
    expect(stepsOf(events, 'sign-in-a1b2-1')).toEqual([
      'Client asks where the App Secret is kept',
      'Token service has nothing it may hand out',
      'Signed request POST /v4/auth/access-token/issue',
      'API answers 200 with a token',
      'Token service stores the token of ada and hands it out',
    ]);
    expect(stepsOf(events, 'second-a1b2-2')).toEqual(['Token service hands out the stored token of ada']);
  });

  it('hold no token, App Secret or whole signature, whatever is broken', async () => {
    const { events, text } = await listen();
    const secrets = [sandbox.mock.appSecret];
    const tokens = [await askForToken('ada', 'sign-in-a1b2-1')];
    for (const [index, name] of actionNames.entries()) {
      const story = `${name.split('-')[0]}-a1b2-${index + 2}`;
      const token = tokens.at(-1) ?? '';
      await post('/demo/connect', { connection: 'a1b2.ada-1', token, story });
      expect((await post(`/demo/actions/${name}`, { story })).status).toBe(200);
      if (name === 'rotate-secret') tokens.push(await askForToken('ada', story, token));
      secrets.push((await sandbox.mock.currentAppSecret()) as string);
    }
    const end = 'Everything is back to normal';
    await until(() => expect(stepsOf(events, 'back-a1b2-8')).toContain(end));
    expect(stepsOf(events, 'rotate-a1b2-2')).toContain('API answers 401, code 1004');
    // What is said of an action comes with the code that meets it.
    const ofActions = events.flatMap((event) => (event.type === 'step' && event.step.rank === -1 ? event.step : []));
    expect(new Set(ofActions.map(({ story, topic }) => `${story.split('-')[0]}: ${topic}`))).toEqual(
      new Set([
        'rotate: secret',
        'expire: connect',
        'suspend: connect',
        'api: client',
        'slow: client',
        'lose: connect',
        'back: connect',
      ]),
    );
    for (const secret of [...secrets, ...tokens]) expect(text()).not.toContain(secret);
    expect(text()).toContain(`…${tokens.at(-1)?.slice(-3)}`);
    expect(text()).not.toMatch(/[\da-f]{40}/);
  });

  it('go on where a page was cut off', async () => {
    const first = await listen();
    await post('/demo/actions/rotate-secret', { story: 'rotate-a1b2-1' });
    await until(() => expect(stepsOf(first.events, 'rotate-a1b2-1')).toHaveLength(1));
    const lastEventId = first.lastId();
    first.stop();
    await post('/demo/actions/rotate-secret', { story: 'rotate-a1b2-2' });
    for (const [headers, query] of [
      [{ 'Last-Event-ID': lastEventId }, ''],
      [{}, `?after=${lastEventId}`],
    ] as const) {
      const second = await listen(headers, query);
      await until(() => expect(stepsOf(second.events, 'rotate-a1b2-2')).toHaveLength(1));
      expect(stepsOf(second.events, 'rotate-a1b2-1')).toEqual([]);
    }
  });

  it('are told from the start to a page that knows an older run, and from now on to a new one', async () => {
    await post('/demo/actions/rotate-secret', { story: 'rotate-a1b2-1' });
    const older = await listen({ 'Last-Event-ID': '00000000-7' });
    await until(() => expect(stepsOf(older.events, 'rotate-a1b2-1')).toHaveLength(1));
    const fresh = await listen();
    expect(fresh.events).toHaveLength(1);
  });

  it('go to a limited number of pages, and room is made by those that go', async () => {
    const opened: Listening[] = [];
    for (let count = 0; count < 24; count += 1) opened.push(await listen());
    const refused = await fetch(urlOf('/demo/events'));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'TOO_MANY_PAGES']);
    opened[0]?.stop();
    await until(async () => expect((await listen()).events).toHaveLength(1));
  });

  it('end with the sandbox', async () => {
    const { ended } = await listen();
    await sandbox[Symbol.asyncDispose]();
    await ended;
  });
});

describe('a connection', () => {
  it('is told once its token is good no more, of what is done in the console of the mock as well', async () => {
    const { events } = await listen();
    const token = await askForToken('ada', 'sign-in-a1b2-1');
    const answer = await post('/demo/connect', { connection: 'a1b2.ada-1', token, story: 'sign-in-a1b2-1' });
    expect(await answer.json()).toMatchObject({ code: 0, userId: 'ada' });
    await sandbox.mock.console.rotateSecret({ takesEffect: 'at-once' });
    const status = { type: 'status', connection: 'a1b2.ada-1', code: 31004 };
    await until(() => expect(events).toContainEqual({ ...status, story: '' }));
  });

  it('is not told after it has gone', async () => {
    const { events } = await listen();
    const token = await askForToken('ada', 'sign-in-a1b2-1');
    await post('/demo/connect', { connection: 'a1b2.ada-1', token, story: 'sign-in-a1b2-1' });
    await post('/demo/disconnect', { connection: 'a1b2.ada-1' });
    await post('/demo/actions/rotate-secret', { story: 'rotate-a1b2-2' });
    await until(() => expect(stepsOf(events, 'rotate-a1b2-2')).toHaveLength(1));
    expect(events.filter(({ type }) => type === 'status')).toEqual([]);
  });

  it('with a token that nobody issued is refused with its code', async () => {
    const answer = await post('/demo/connect', { connection: 'a.b', token: 'made-up', story: 'sign-in-a1b2-1' });
    expect(await answer.json()).toMatchObject({ code: 31004 });
  });
});

describe('what is broken', () => {
  it('is mended by the same button, in the same story', async () => {
    const { events } = await listen();
    await post('/demo/actions/suspend-app', { story: 'suspend-a1b2-1' });
    expect(await sandbox.mock.console.getApp({})).toMatchObject({ suspended: true });
    const second = await post('/demo/actions/suspend-app', { story: 'suspend-a1b2-2' });
    expect(await second.json()).toEqual({ story: 'suspend-a1b2-1' });
    expect(await sandbox.mock.console.getApp({})).toMatchObject({ suspended: false });
    await until(() => expect(stepsOf(events, 'suspend-a1b2-1')).toHaveLength(2));
    expect(events.filter(({ type }) => type === 'faults').at(-1)).toEqual({ type: 'faults', faults: [] });
  });

  it('ends by itself', async () => {
    const { events } = await listen();
    await post('/demo/actions/api-down', { story: 'down-a1b2-1' });
    expect((await sandbox.mock.console.listFaults({})).faults).toHaveLength(1);
    await until(() => expect(stepsOf(events, 'down-a1b2-1')).toHaveLength(2));
    expect(stepsOf(events, 'down-a1b2-1')[1]).toBe('The API is up again');
    expect(await sandbox.mock.console.listFaults({})).toEqual({ faults: [] });
  });

  it('leaves the validity of tokens as it was set in the console', async () => {
    await sandbox.mock.console.updateApp({ tokenValiditySeconds: 86_400 });
    await post('/demo/actions/expire-tokens', { story: 'expire-a1b2-1' });
    await post('/demo/actions/expire-tokens', { story: 'expire-a1b2-2' });
    expect(await sandbox.mock.console.getApp({})).toMatchObject({ tokenValiditySeconds: 86_400 });
  });

  it('is all mended at once', async () => {
    for (const name of ['suspend-app', 'api-down', 'slow-api', 'expire-tokens']) {
      await post(`/demo/actions/${name}`, { story: `all-a1b2-1` });
    }
    await post('/demo/actions/back-to-normal', { story: 'normal-a1b2-2' });
    expect(await sandbox.mock.console.getApp({})).toMatchObject({ suspended: false, tokenValiditySeconds: null });
    expect(await sandbox.mock.console.listFaults({})).toEqual({ faults: [] });
    const hello = (await listen()).events[0];
    expect(hello).toMatchObject({ faults: [] });
    await askForToken('grace', 'sign-in-a1b2-3');
  });
});
