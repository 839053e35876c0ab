import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { issuePath, makeIssueRequest, readAnswer } from '../test/support/make-issue-request.js';
import { MockError, startMock } from './index.js';

it('listens on 127.0.0.1 at a free port, and answers there', async () => {
  await using mock = await startMock({ port: 0 });
  expect(mock.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const answer = await readAnswer(await fetch(makeIssueRequest({ baseUrl: mock.url })));
  expect(answer).toMatchObject({ status: 200, code: 0 });
});

it('listens on another host, and writes an IPv6 address as a URL has it', async () => {
  await using mock = await startMock({ port: 0, host: '::1' });
  expect(mock.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await fetch(makeIssueRequest({ baseUrl: mock.url }))).status).toBe(200);
});

it('on all addresses it has a URL that can be called', async () => {
  await using mock = await startMock({ port: 0, host: '0.0.0.0' });
  expect(mock.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

it('says that its port is taken and how to choose another', async () => {
  await using first = await startMock({ port: 0 });
  const port = Number(new URL(first.url).port);
  const thrown = await startMock({ port }).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MockError);
  expect(thrown).toMatchObject({ code: 'PORT_IN_USE' });
  expect((thrown as Error).message).toMatch(new RegExp(`${port}.*the option port`));
});

it('says that it cannot listen where it may not', async () => {
  const thrown = await startMock({ port: 0, host: '192.0.2.1' }).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'LISTEN_FAILED', message: expect.stringContaining('192.0.2.1') });
});

it.each([
  ['port', { port: 65_536 }],
  ['port', { port: 1.5 }],
  ['host', { host: '' }],
  ['tls.key', { tls: { cert: 'PEM' } }],
  ['tls', { port: 0, tls: { cert: 'no', key: 'PEM' } }],
  ['options', null],
  ['options', 4010],
])('refuses a bad %s by name', async (name, options) => {
  const message = expect.stringContaining(`The option ${name} is`);
  await expect(startMock(options as never)).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
});

it('does not show its secret when it is printed or turned into JSON', async () => {
  await using mock = await startMock({ port: 0, appSecret: 'kept-quiet' });
  expect(mock.appSecret).toBe('kept-quiet');
  expect(inspect(mock, { depth: 9 }) + JSON.stringify(mock)).not.toContain('kept-quiet');
});

it('frees its port when it is closed, while keep-alive connections and requests are open', async () => {
  const mock = await startMock({ port: 0 });
  const { port } = new URL(mock.url);
  const idle = connect(Number(port), '127.0.0.1');
  const halfSent = connect(Number(port), '127.0.0.1');
  const ended = [idle, halfSent].map(
    (socket) => new Promise((resolve) => socket.on('close', resolve).on('error', () => {})),
  );
  idle.write('GET / HTTP/1.1\r\nHost: mock\r\n\r\n');
  await new Promise((resolve) => idle.once('data', resolve));
  halfSent.write(`POST ${issuePath} HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\n{`);
  const underWay = Array.from({ length: 20 }, () =>
    fetch(makeIssueRequest({ baseUrl: mock.url })).catch(() => undefined),
  );
  await Promise.all([mock.close(), mock.close()]);
  await Promise.all([...underWay, ...ended]);
  expect([idle.destroyed, halfSent.destroyed]).toEqual([true, true]);
  await expectFree(Number(port));
});

it('ends each wait for requests when it is closed, or gives what there is', async () => {
  const mock = await startMock({ port: 0 });
  const waiting = mock.console.waitForJournal({ timeoutMs: 60_000 });
  const fewer = mock.console.waitForJournal({ timeoutMs: 60_000, allowFewer: true });
  const ended = Promise.allSettled([waiting, fewer]);
  await mock.close();
  const closed = { name: 'MockError', code: 'MOCK_CLOSED' };
  expect(await ended).toMatchObject([{ reason: closed }, { value: { entries: [] } }]);
  await expect(mock.console.waitForJournal()).rejects.toMatchObject(closed);
  expect(await mock.console.listJournal()).toEqual({ entries: [] });
});

it('is closed at the end of its block by await using', async () => {
  let port: number;
  {
    await using mock = await startMock({ port: 0 });
    port = Number(new URL(mock.url).port);
    await expect(expectFree(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  }
  await expectFree(port);
});

/** Fails where somebody listens at the port. */
async function expectFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  expect((server.address() as AddressInfo).port).toBe(port);
  await new Promise((resolve) => server.close(resolve));
}
