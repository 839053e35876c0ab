import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort } from '../../../test/support/free-port.js';
import { patient } from '../../../test/support/patient.js';
import { type ConnectProxyOptions, startConnectProxy } from '../../../test/support/start-connect-proxy.js';
import { until } from '../../../test/support/until.js';
import { createNexconnClient, createProxyFetch, type NexconnEvent } from '../src/index.js';
import { createFetchOverProxy as createFetchOnNode } from '../src/platform/node.js';
import { createFetchOverProxy, createTransport, resolveProxy } from '../src/platform/web.js';
import { type ClientSettings, credentials, failureOf, request } from './support/make-client.js';
import { type Answerer, issued, json, startServer } from './support/start-server.js';

const good = json(200, issued);
const plan = { httpProxy: 'http://proxy:3128', httpsProxy: '', noProxy: '', isOfEnvironment: false };
const quick = { retry: { baseDelayMs: 1, maxDelayMs: 2 }, rateLimit: false } as const;
/** This machine by a name that is not known to be it, so that a proxy of the environment is asked. */
const elsewhere = 'http://0.0.0.0';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A server, a proxy in front of it, and a client that is to go over it. */
async function start(options: ConnectProxyOptions = {}, settings: ClientSettings = {}, answer: Answerer = good) {
  const server = await startServer(answer, 0);
  const proxy = await startConnectProxy(options);
  const proxyUrl = proxy.url.replace('//', '//user:p%40ss-w0rd@');
  const defaults = { ...credentials, ...quick, ...patient, baseUrl: server.url, proxy: proxyUrl };
  const nexconn = createNexconnClient({ ...defaults, ...settings });
  const dispose = async () => {
    await nexconn.close();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  return { server, proxy, nexconn, [Symbol.asyncDispose]: dispose };
}

describe('a call over a proxy', () => {
  it('goes through a tunnel, with the user name and password of its URL for the proxy alone', async () => {
    await using started = await start();
    const { server, proxy, nexconn } = started;
    expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    const authorization = `Basic ${Buffer.from('user:p@ss-w0rd').toString('base64')}`;
    expect(proxy.asked).toEqual([{ to: new URL(server.url).host, authorization }]);
    expect(Object.keys(server.received[0]?.headers ?? {})).not.toContain('proxy-authorization');
    expect(server.received[0]?.headers.host).toBe(new URL(server.url).host);
  });

  it('uses a tunnel again, 79 times at the most, and no more than 64 at once', async () => {
    let most = 0;
    const answer = (): number => {
      most = Math.max(most, started.proxy.open() + 1);
      return 200;
    };
    await using started = await start({ answer });
    const { proxy, nexconn } = started;
    for (let calls = 0; calls < 80; calls += 1) await nexconn.issueAccessToken(request);
    expect(proxy.asked).toHaveLength(2);
    await Promise.all(Array.from({ length: 300 }, () => nexconn.issueAccessToken(request)));
    expect(most).toBeLessThanOrEqual(64);
    await nexconn.close();
    await until(() => expect(proxy.open()).toBe(0));
  });

  it('fails over where the proxy gets no connection to the primary host', async () => {
    await using primary = await startServer(good);
    await using backup = await startServer(good);
    const down = new URL(primary.url).host;
    await using proxy = await startConnectProxy({ answer: ({ to }) => (to === down ? 502 : 200) });
    const baseUrls = [primary.url, backup.url] as const;
    await using nexconn = createNexconnClient({ ...credentials, ...quick, baseUrls, proxy: proxy.url });
    expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    expect([primary.received.length, backup.received.length]).toEqual([0, 1]);
    await using alone = createNexconnClient({ ...credentials, ...quick, baseUrl: primary.url, proxy: proxy.url });
    const failure = await failureOf(alone.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'NETWORK', retryable: true, attempts: 4 });
    expect(failure.message).toContain(`the proxy ${proxy.url} got no connection to ${primary.url} (HTTP 502)`);
  });

  it('ends at once when it is aborted while the proxy says nothing, and leaves no connection', async () => {
    let hasCome = () => {};
    const come = new Promise<void>((resolve) => {
      hasCome = resolve;
    });
    await using server = await startServer(good);
    await using proxy = await startConnectProxy({
      answer() {
        hasCome();
        return null;
      },
    });
    const nexconn = createNexconnClient({ ...credentials, ...quick, baseUrl: server.url, proxy: proxy.url });
    const controller = new AbortController();
    const failing = failureOf(nexconn.issueAccessToken(request, { signal: controller.signal }));
    await come;
    controller.abort();
    expect(await failing).toMatchObject({ code: 'ABORTED' });
    await nexconn.close();
    await until(() => expect(proxy.connections()).toBe(0));
  });
});

describe('the failure of a proxy names it without its password, and is no trouble of the host', () => {
  const authorization = Buffer.from('user:p@ss-w0rd').toString('base64');

  it.each<[string, ConnectProxyOptions['answer'], boolean, RegExp]>([
    ['407', () => 407, false, /user name and password.*HTTP 407/],
    ['403', () => 403, false, /refused to connect to http:.*HTTP 403.*NO_PROXY/],
    ['429', () => 429, true, /HTTP 429/],
    ['a closed connection', () => undefined, true, /could not be asked \(UND_ERR_SOCKET\)/],
  ])('%s', async (_, answer, retryable, words) => {
    await using server = await startServer(good);
    await using backup = await startServer(good);
    await using proxy = await startConnectProxy({ answer });
    const events: NexconnEvent[] = [];
    const baseUrls = [server.url, backup.url] as const;
    const proxyUrl = proxy.url.replace('//', '//user:p%40ss-w0rd@');
    const onEvent = (event: NexconnEvent): number => events.push(event);
    await using nexconn = createNexconnClient({ ...credentials, ...quick, baseUrls, proxy: proxyUrl, onEvent });
    const failure = await failureOf(nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'PROXY_FAILED', retryable, attempts: retryable ? 4 : 1 });
    expect(failure.message).toMatch(words);
    expect(failure.message).toContain(`the proxy ${proxy.url}`);
    expect(new Set(proxy.asked.map(({ to }) => to))).toEqual(new Set([new URL(server.url).host]));
    expect(events.filter(({ type }) => type === 'failover')).toEqual([]);
    const text = inspect([failure, failure.cause, nexconn, events], { depth: 20, showHidden: true });
    for (const secret of ['p@ss-w0rd', 'p%40ss-w0rd', authorization]) expect(text).not.toContain(secret);
  });

  it.each(['http:', 'https:'])('silence of one at %s', async (protocol) => {
    await using server = await startServer(good);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on('error', () => {}).resume()));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const proxyUrl = `${protocol}//127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const events: NexconnEvent[] = [];
    const onEvent = (event: NexconnEvent): number => events.push(event);
    const baseUrls = [server.url, server.url.replace('127.0.0.1', 'localhost')] as const;
    const settings = { baseUrls, proxy: proxyUrl, timeoutMs: 50, onEvent };
    await using nexconn = createNexconnClient({ ...credentials, ...quick, ...settings });
    const failure = await failureOf(nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'PROXY_FAILED', retryable: true, attempts: 4 });
    expect(failure.message).toContain(
      `could not be sent: the proxy ${proxyUrl} did not answer in time. Check the proxy`,
    );
    expect(events.filter(({ type }) => type === 'failover')).toEqual([]);
  });

  it.each([
    [
      'a port that nobody listens on',
      async () => `http://user:p%40ss-w0rd@127.0.0.1:${await freePort()}`,
      'ECONNREFUSED',
    ],
    ['a name that is not known', async () => 'http://user:p%40ss-w0rd@proxy.invalid:3128', 'ENOTFOUND|EAI_AGAIN'],
  ])('%s', async (_, proxyOf, code) => {
    const proxy = await proxyOf();
    await using server = await startServer(good);
    await using nexconn = createNexconnClient({ ...credentials, ...quick, baseUrl: server.url, proxy });
    const failure = await failureOf(nexconn.issueAccessToken(request));
    expect(failure).toMatchObject({ code: 'PROXY_FAILED', retryable: true, attempts: 4 });
    expect(failure.message).toMatch(
      new RegExp(`the proxy ${proxy.replace('user:p%40ss-w0rd@', '')} .*\\((${code})\\)`),
    );
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('ss-w0rd');
  });
});

describe('a proxy of the environment', () => {
  async function startElsewhere(variables: Record<string, string>, settings: ClientSettings = {}) {
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])
      vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const server = await startServer(good);
    const baseUrl = server.url.replace('http://127.0.0.1', elsewhere);
    const nexconn = createNexconnClient({ ...credentials, ...quick, baseUrl, dangerouslyAllowHttp: true, ...settings });
    const dispose = async () => {
      await nexconn.close();
      await server[Symbol.asyncDispose]();
    };
    return { server, nexconn, [Symbol.asyncDispose]: dispose };
  }

  it('is used where the option or NODE_USE_ENV_PROXY says so', async () => {
    await using proxy = await startConnectProxy();
    for (const [variables, settings, times] of [
      [{}, {}, 0],
      [{}, { proxy: 'environment' }, 1],
      [{ NODE_USE_ENV_PROXY: '1' }, {}, 2],
      [{ NODE_USE_ENV_PROXY: '1' }, { proxy: false }, 2],
      [{ NODE_USE_ENV_PROXY: '1' }, { fetch }, 2],
      [{ NO_PROXY: 'a.example, 0.0.0.0' }, { proxy: 'environment' }, 2],
    ] as const) {
      await using started = await startElsewhere({ HTTP_PROXY: proxy.url, ...variables }, settings);
      expect(await started.nexconn.issueAccessToken(request)).toEqual(issued.result);
      expect(proxy.asked).toHaveLength(times);
    }
  });

  it('is not asked for this machine', async () => {
    await using proxy = await startConnectProxy();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    await using server = await startServer(good);
    for (const name of ['127.0.0.1', 'localhost']) {
      const baseUrl = server.url.replace('127.0.0.1', name);
      await using nexconn = createNexconnClient({ ...credentials, ...quick, baseUrl, proxy: 'environment' });
      expect(await nexconn.issueAccessToken(request)).toEqual(issued.result);
    }
    expect(proxy.asked).toEqual([]);
  });
});

describe('a fetch over a proxy', () => {
  it('sends what it is given, and answers with what it gets', async () => {
    await using started = await start({}, {}, json(201, { made: true }, { 'x-more': 'yes' }));
    const { server, proxy } = started;
    const fetch = createProxyFetch(proxy.url);
    const response = await fetch(`${server.url}/a?b=c`, { method: 'PUT', headers: { 'x-mine': '1' }, body: 'text' });
    expect([response.status, response.headers.get('x-more'), await response.json()]).toEqual([
      201,
      'yes',
      { made: true },
    ]);
    const received = { method: 'PUT', url: '/a?b=c', body: 'text', headers: { 'x-mine': '1' } };
    expect(server.received[0]).toMatchObject(received);
    expect(proxy.asked).toHaveLength(1);
  });

  it('fails with an error that names the proxy without its password', async () => {
    await using proxy = await startConnectProxy({ answer: () => 403 });
    const fetch = createProxyFetch(proxy.url.replace('//', '//user:p%40ss-w0rd@'));
    const failure = await fetch('https://login.example.com/jwks').catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: `The proxy ${proxy.url} answered HTTP 403.` });
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('ss-w0rd');
    const nobody = createProxyFetch(`http://127.0.0.1:${await freePort()}`);
    const unheard = await nobody('https://login.example.com/jwks').catch((error: unknown) => error);
    expect(unheard).toMatchObject({ message: expect.stringContaining('could not be asked (ECONNREFUSED)') });
  });

  it('fails where the proxy says nothing, which a client that it is given to tells as its own does', async () => {
    await using server = await startServer(good);
    await using proxy = await startConnectProxy({ answer: () => null });
    const fetch = createFetchOnNode({ ...plan, httpProxy: proxy.url }, 20);
    const failure = await fetch('https://login.example.com/jwks').catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: `The proxy ${proxy.url} did not answer in time.` });
    await using nexconn = createNexconnClient({ ...credentials, ...quick, baseUrl: server.url, fetch });
    expect(await failureOf(nexconn.issueAccessToken(request))).toMatchObject({ code: 'PROXY_FAILED', attempts: 4 });
  });

  it('is the global one where there is no proxy', () => {
    expect(createProxyFetch(false)).toBe(globalThis.fetch);
  });
});

describe('elsewhere than on Node', () => {
  it('a proxy is refused by its name, unless the runtime finds it in the environment itself', () => {
    expect(() => createTransport(plan)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option: 'proxy' }));
    expect(() => createTransport({ ...plan, isOfEnvironment: true })).not.toThrow();
    expect(() => createFetchOverProxy(plan)).toThrow(/proxy works on Node only/);
    expect(createFetchOverProxy({ ...plan, isOfEnvironment: true })).toBe(globalThis.fetch);
  });

  it.each<[unknown, typeof globalThis.fetch | undefined]>([
    ['http://proxy:3128', undefined],
    ['http://proxy:3128', globalThis.fetch],
    ['environment', globalThis.fetch],
    ['', undefined],
    [5, undefined],
    [true, undefined],
  ])('the option %j is refused by name', (proxy, fetch) => {
    const refused = expect.objectContaining({ code: 'INVALID_OPTION', option: 'proxy' });
    expect(() => resolveProxy({ proxy: proxy as string, fetch: fetch as never })).toThrow(refused);
  });

  it('the option may name the environment, or no proxy', () => {
    expect(resolveProxy({ proxy: 'environment' })).toMatchObject({ isOfEnvironment: true });
    for (const proxy of [undefined, false] as const) expect(resolveProxy({ proxy })).toBeUndefined();
  });
});
