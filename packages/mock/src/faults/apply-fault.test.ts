import { errorCatalogue } from '@nexconn-kit/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { type Changes, makeIssueRequest } from '../../test/support/make-issue-request.js';
import { createMock, type MockOptions, startMock } from '../index.js';
import { faultTable } from './fault-table.js';

type Send = (request: Request) => Promise<Response>;

/** A token is made of random bytes: where none were taken, none was issued. */
let tokensMade = 0;
/** A fault with a jitter draws two bytes once its wait begins. */
let waitsBegun = 0;
const lines: string[] = [];
const options: MockOptions = {
  log: (line) => lines.push(line),
  random: (bytes) => {
    if (bytes > 2) tokensMade += 1;
    else waitsBegun += 1;
    return crypto.getRandomValues(new Uint8Array(bytes));
  },
};

const doors: Record<string, () => Promise<{ send: Send; close: () => Promise<void> }>> = {
  'without a port': async () => ({ send: createMock(options).fetch, close: async () => {} }),
  'on a port': async () => {
    const mock = await startMock({ ...options, port: 0 });
    return {
      close: mock.close,
      send: async (request) => {
        const { method, headers, signal } = request;
        const url = request.url.replace('http://mock.test', mock.url);
        return fetch(url, { method, headers, body: await request.text(), signal });
      },
    };
  },
};

describe.each(Object.entries(doors))('a mock %s', (_, open) => {
  let send: Send;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ send, close } = await open());
  });
  afterAll(() => close());
  beforeEach(() => {
    tokensMade = 0;
    waitsBegun = 0;
    lines.length = 0;
  });

  const ask = (fault: string, changes: Changes = {}) =>
    send(makeIssueRequest({ ...changes, headers: { 'x-mock-fault': fault, ...changes.headers } }));

  it.each(Object.values(errorCatalogue))('answers the error $code $name', async ({ code, httpStatus, meaning }) => {
    const response = await ask(`answer=${code}`);
    expect(response.status).toBe(httpStatus);
    expect(response.headers.get('retry-after')).toBe(httpStatus === 429 ? '1' : null);
    expect(await response.json()).toEqual({ code, errorMessage: meaning });
    expect(tokensMade).toBe(0);
  });

  it('answers an error with another status', async () => {
    const response = await ask('answer=1000;status=503');
    expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([503, 1000]);
  });

  it('answers a code that is not 0 on HTTP 200', async () => {
    const response = await ask('code-on-200=1008');
    expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([200, 1008]);
    expect(tokensMade).toBe(0);
  });

  it('answers the HTML page of a gateway', async () => {
    const response = await ask('html=504');
    expect([response.status, response.headers.get('content-type')]).toEqual([504, 'text/html']);
    expect(await response.text()).toContain('<h1>504</h1>');
    expect(tokensMade).toBe(0);
  });

  it('answers something else under the name of JSON', async () => {
    const response = await ask('not-json');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    await expect(response.json()).rejects.toThrow(SyntaxError);
    expect(tokensMade).toBe(0);
  });

  it('cuts a body off in the middle, after the token was issued', async () => {
    const response = await ask('truncate');
    expect(response.status).toBe(200);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    expect(new TextDecoder().decode(first.value)).toMatch(/^\{"code":0,/);
    await expect(reader.read()).rejects.toThrow(TypeError);
    expect(tokensMade).toBe(1);
  });

  it.each([
    ['reset', 0],
    ['reset-after', 1],
  ])('resets the connection by %s, having issued %i tokens', async (fault, issued) => {
    const thrown = await ask(fault).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(TypeError);
    expect((thrown as Error).cause).toMatchObject({ code: 'ECONNRESET' });
    expect(tokensMade).toBe(issued);
  });

  it('hangs until the caller gives up', async () => {
    const signal = AbortSignal.timeout(60);
    const request = new Request(makeIssueRequest({ headers: { 'x-mock-fault': 'hang' } }), { signal });
    await expect(send(request)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(tokensMade).toBe(0);
  });

  it('answers late, and issues nothing for a caller that has left by then', async () => {
    expect((await ask('latency=20;jitter=10')).status).toBe(200);
    expect([tokensMade, waitsBegun]).toEqual([1, 1]);
    const caller = new AbortController();
    const late = makeIssueRequest({ headers: { 'x-mock-fault': 'latency=60000;jitter=1' } });
    const sent = send(new Request(late, { signal: caller.signal })).catch((error: unknown) => error);
    await until(() => expect(waitsBegun).toBe(2));
    caller.abort();
    expect(await sent).toMatchObject({ name: 'AbortError' });
    await until(() => expect(lines.length).toBe(2));
    expect(tokensMade).toBe(1);
  });

  it('goes through a sequence: reset, then 429, then success', async () => {
    const seen = async () =>
      ask('reset, answer=429, success').then(
        ({ status }) => status,
        () => 'reset',
      );
    expect([await seen(), await seen(), await seen()]).toEqual(['reset', 429, 200]);
    expect(tokensMade).toBe(1);
  });

  it('takes a fault from the userId', async () => {
    const body = { userId: 'mockFault504', name: 'Ada' };
    expect((await send(makeIssueRequest({ body }))).status).toBe(504);
  });

  it('says which fault it was, in a header and in the log', async () => {
    expect((await ask('answer=1008')).headers.get('x-mock-fault')).toBe('answer=1008');
    await ask('reset').catch(() => {});
    expect(lines).toEqual([expect.stringContaining('answer=1008'), expect.stringContaining('reset')]);
  });

  it('looks for faults only once a request has passed every check', async () => {
    for (const [changes, refusal] of [
      [{ headers: { signature: 'junk' } }, [401, 1004]],
      [{ body: { userId: 'ada' } }, [400, 1002]],
    ] as const) {
      const response = await ask('answer=1050', changes);
      expect([response.status, ((await response.json()) as { code: number }).code]).toEqual(refusal);
      expect(response.headers.get('x-mock-fault')).toBeNull();
    }
    expect(((await (await ask('answer=1050')).json()) as { code: number }).code).toBe(1050);
    expect(lines.map((line) => line.includes('answer=1050'))).toEqual([false, false, true]);
  });

  it('refuses a fault that there is not, and names those there are', async () => {
    const response = await ask('explode');
    const { code, errorMessage } = (await response.json()) as { code: number; errorMessage: string };
    expect([response.status, code]).toEqual([400, 1002]);
    for (const kind of Object.keys(faultTable)) expect(errorMessage).toContain(kind);
  });
});

it('a mock that is closed ends what hangs on it and what it delays', async () => {
  lines.length = 0;
  tokensMade = 0;
  const mock = await startMock({ ...options, port: 0 });
  await mock.console.setFault({ sequence: [{ kind: 'hang' }, { kind: 'latency', ms: 60_000 }] });
  const open = [1, 2].map(() => fetch(makeIssueRequest({ baseUrl: mock.url })));
  // A rule that is used up has been played by both.
  await until(async () => expect(await mock.console.listFaults()).toEqual({ faults: [] }));
  const ended = open.map((answer) =>
    answer.then(
      () => 'answered',
      ({ cause }) => cause.code,
    ),
  );
  await mock.close();
  expect(await Promise.all(ended)).toEqual(['UND_ERR_SOCKET', 'UND_ERR_SOCKET']);
  // The one that is delayed is over, too, and not only its connection.
  await until(() => expect(lines.filter((line) => line.includes('latency=60000'))).toHaveLength(1));
  expect(tokensMade).toBe(0);
});
