import { createNexconnClient, NexconnRequestError } from '@nexconn-kit/client';
import { afterEach, expect, it, vi } from 'vitest';
import { appRequest } from '../../test/support/start-backend.js';
import { createTokenHandler, type TokenHandlerFailure, TokenServiceError } from '../index.js';
import { toNodeListener } from '../node/index.js';
import { createFailureReport } from './report-failures.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function makeReport() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const report = createFailureReport({ write: (line) => lines.push(line), monotonicNow: () => clock.now });
  const fail = (error: unknown, code: TokenHandlerFailure['code'] = 'INTERNAL_ERROR', status = 500) =>
    report({ code, status, userId: 'ada-s-own-id', error });
  return { lines, clock, fail };
}

const away = () => new TokenServiceError('The token store failed (28P01).', { code: 'STORE_FAILED' });

it('a handler without onFailure writes the cause of an answer of 500 and above to stderr, and the answer is what it was', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const tokens = { get: () => Promise.reject(away()), replace: () => Promise.reject(away()) };
  const handler = createTokenHandler(tokens, { authenticate: () => ({ userId: 'ada', name: 'Ada' }) });
  for (let time = 0; time < 3; time += 1) {
    const { code, message } = await (await handler(appRequest())).json();
    expect([code, message]).toEqual(['TRY_LATER', 'No token can be given now. Ask again later.']);
  }
  expect(written.mock.calls).toEqual([
    ['@nexconn-kit/token-service: 503 TRY_LATER: TokenServiceError (STORE_FAILED): The token store failed (28P01).'],
  ]);
});

it('with onFailure, or for an answer below 500, nothing is written', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const tokens = { get: () => Promise.reject(away()), replace: () => Promise.reject(away()) };
  const heard = createTokenHandler(tokens, {
    authenticate: () => ({ userId: 'ada', name: 'Ada' }),
    onFailure: () => {},
  });
  const nobody = createTokenHandler(tokens, { authenticate: () => null });
  expect([(await heard(appRequest())).status, (await nobody(appRequest())).status]).toEqual([503, 401]);
  expect(written).not.toHaveBeenCalled();
});

it('an authenticate that fails is told with its place in the code of the app', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const tokens = { get: () => expect.unreachable(), replace: () => expect.unreachable() };
  function authenticate({ session }: { session?: { user: never } } & Request) {
    return (session as { user: never }).user;
  }
  const handler = createTokenHandler(tokens, { authenticate });
  expect((await handler(appRequest())).status).toBe(503);
  expect(written.mock.lastCall?.[0]).toMatch(
    /^@nexconn-kit\/token-service: 503 TRY_LATER: TypeError: .*undefined.* \(at authenticate .*report-failures\.test\.ts:\d+:\d+\)+$/,
  );
});

it('is one line for each kind and minute, and the next line counts what was left out', () => {
  const { lines, clock, fail } = makeReport();
  for (let time = 0; time < 42; time += 1) fail(away(), 'TRY_LATER', 503);
  fail(new Error('boom'));
  expect(lines).toHaveLength(2);
  clock.now = 59_999;
  fail(away(), 'TRY_LATER', 503);
  expect(lines).toHaveLength(2);
  clock.now = 60_000;
  fail(away(), 'TRY_LATER', 503);
  fail(away(), 'TRY_LATER', 503);
  expect(lines[2]).toMatch(/: The token store failed \(28P01\)\. \(42 more like the last one were left out\)$/);
  clock.now = 120_000;
  fail(away(), 'TRY_LATER', 503);
  expect(lines[3]).toContain('(1 more like');
  clock.now = 180_000;
  fail(away(), 'TRY_LATER', 503);
  expect(lines[4]).not.toContain('left out');
});

it('kinds differ by code, error and place, and not by message', () => {
  const { lines, fail } = makeReport();
  const lost = (id: number) => new Error(`no session ${id}`);
  for (let id = 0; id < 9; id += 1) fail(lost(id));
  fail(new RangeError('no session'));
  fail(Object.assign(lost(1), { code: 'ECONNREFUSED' }));
  fail('a text');
  fail(7);
  fail(7, 'ISSUE_FAILED', 502);
  expect(lines.map((line) => line.replace(/ \(at .*/, ''))).toEqual(
    [
      '500 INTERNAL_ERROR: Error: no session 0',
      '500 INTERNAL_ERROR: RangeError: no session',
      '500 INTERNAL_ERROR: Error (ECONNREFUSED): no session 1',
      '500 INTERNAL_ERROR: A value of type string was thrown.',
      '500 INTERNAL_ERROR: A value of type number was thrown.',
      '502 ISSUE_FAILED: A value of type number was thrown.',
    ].map((line) => `@nexconn-kit/token-service: ${line}`),
  );
});

it('however many kinds there are, a hundred and one lines a minute are the most', () => {
  const { lines, clock, fail } = makeReport();
  const failEach = () => {
    for (let kind = 0; kind < 500; kind += 1) fail(Object.assign(new Error('x'), { code: `E${kind}` }));
  };
  failEach();
  expect(lines).toHaveLength(101);
  failEach();
  expect(lines).toHaveLength(101);
  clock.now = 60_000;
  failEach();
  expect(lines).toHaveLength(202);
});

it('an error at another place, or of another name or code, is another kind', () => {
  const { lines, fail } = makeReport();
  const made = (name: string, code: string, stack: string) => Object.assign(new Error('x'), { name, code, stack });
  const places = ['', 'Error: x\n    at first (a.js:1:2)', 'Error: x\n    at second (a.js:3:4)'];
  for (const stack of [...places, ...places]) fail(made('A', 'B', stack));
  fail(made('AB', '', ''));
  expect(lines.map((line) => line.slice(line.indexOf(': ') + 2))).toEqual([
    '500 INTERNAL_ERROR: A (B): x',
    '500 INTERNAL_ERROR: A (B): x (at first (a.js:1:2))',
    '500 INTERNAL_ERROR: A (B): x (at second (a.js:3:4))',
    '500 INTERNAL_ERROR: AB (): x',
  ]);
});

it('an error without a message is told by its place, where its stack is that alone', () => {
  const { lines, fail } = makeReport();
  fail(Object.assign(new Error(''), { stack: '    at place (a.js:1:2)' }));
  expect(lines[0]).toMatch(/: Error: +\(at place \(a\.js:1:2\)\)$/);
});

it('the place is a line of its own, and all is one line with single spaces', () => {
  const { lines, fail } = makeReport();
  const stack = 'Error: lost at sea\n    at place (a.js:1:2)\n    at caller (a.js:3:4)';
  fail(Object.assign(new Error('found\r\n\r\n \u001b\u001bagain'), { stack }));
  expect(lines).toEqual(['@nexconn-kit/token-service: 500 INTERNAL_ERROR: Error: found again (at place (a.js:1:2))']);
});

/** Fails in as many kinds as are asked for, from a first one on. */
function failInKinds({ fail }: Pick<ReturnType<typeof makeReport>, 'fail'>, first: number, count: number): void {
  for (let kind = first; kind < first + count; kind += 1) fail(Object.assign(new Error('x'), { code: `E${kind}` }));
}

it('what a kind had left out is not forgotten for a new kind, nor for itself where there are a hundred', () => {
  for (const known of [1, 99]) {
    const report = makeReport();
    failInKinds(report, 0, 1);
    failInKinds(report, 0, 1);
    failInKinds(report, 1, known - 1);
    report.clock.now = 60_000;
    failInKinds(report, known, 1);
    failInKinds(report, 0, 1);
    expect(report.lines.at(-1)).toContain('(1 more like');
  }
});

it('a new kind takes the place of those that are a minute old, and of no other', () => {
  const report = makeReport();
  report.clock.now = 60_000;
  failInKinds(report, 0, 100);
  failInKinds(report, 100, 2);
  expect(report.lines).toHaveLength(101);
  report.clock.now = 120_000;
  failInKinds(report, 200, 2);
  failInKinds(report, 200, 2);
  expect(report.lines).toHaveLength(103);
});

it('a new kind takes such a place as soon as there are a hundred, and a known one keeps its own', () => {
  const report = makeReport();
  failInKinds(report, 0, 99);
  report.clock.now = 1;
  failInKinds(report, 99, 1);
  report.clock.now = 60_000;
  failInKinds(report, 200, 1);
  failInKinds(report, 201, 1);
  failInKinds(report, 200, 1);
  expect(report.lines).toHaveLength(102);
  // The one that is not a minute old yet has stayed.
  failInKinds(report, 99, 1);
  expect(report.lines).toHaveLength(102);
});

it('a known kind has a line of its own where others have none', () => {
  const report = makeReport();
  failInKinds(report, 0, 100);
  report.clock.now = 30_000;
  failInKinds(report, 100, 1);
  report.clock.now = 60_000;
  failInKinds(report, 0, 1);
  expect(report.lines.at(-1)).toContain('E0');
  expect(report.lines).toHaveLength(102);
});

it('holds causes, but no user ID, no secret of others and no line break', () => {
  const { lines, fail } = makeReport();
  const inner = new Error('connect postgres://tokens:s3cretpw@db.internal/x\r\n\u001b[31mforged line');
  fail(new TokenServiceError('It cannot be told now.', { code: 'TRY_LATER', cause: inner }), 'TRY_LATER', 503);
  expect(lines[0]).toMatch(/It cannot be told now\. Cause: Error: connect postgres:\/\/\[redacted\]@db\.internal\/x/);
  expect(lines.join()).not.toMatch(/s3cretpw|ada-s-own-id|\p{Cc}/u);
  const looped: Error = new Error('round');
  looped.cause = looped;
  fail(looped);
  expect(lines[1]?.match(/round/g)).toHaveLength(4);
  fail(new Error('long '.repeat(1_000)), 'ISSUE_FAILED', 502);
  expect(lines[2]?.length).toBeLessThan(2_000);
});

it('an error of the client keeps its words, which hold no secret', async () => {
  const { lines, fail } = makeReport();
  await using client = createNexconnClient({ appKey: 'k', appSecret: 's', region: 'sg' });
  const error = await client.issueAccessToken({ userId: 'a b', name: 'Ada' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NexconnRequestError);
  fail(error);
  expect(lines[0]).toContain((error as Error).message);
});

it('an own handler that rejects under toNodeListener is told as well', async () => {
  const written = vi.spyOn(console, 'error').mockImplementation(() => {});
  const listener = toNodeListener(async () => {
    throw new Error('NEXCONN_APP_KEY is missing');
  });
  const destroyed = new Promise<void>((resolve) => {
    const incoming = { method: 'POST', url: '/', headers: { host: 'localhost' }, rawHeaders: [], socket: {} };
    listener(incoming as never, { destroyed: false, destroy: () => resolve() } as never);
  });
  await destroyed;
  expect(written.mock.lastCall?.[0]).toMatch(/: Error: NEXCONN_APP_KEY is missing \(at .*report-failures\.test\.ts/);
});
