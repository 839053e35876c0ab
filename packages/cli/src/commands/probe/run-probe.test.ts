import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNexconnClient } from '@nexconn-kit/client';
import { startMock } from '@nexconn-kit/mock';
import { clientOptionsOf, mockOptionsOf, type ProfileAnswers, readProfile } from '@nexconn-kit/mock/profile';
import { expect, onTestFinished, test } from 'vitest';
import { beginProfile, type ProbeFile } from './profile-file.js';
import type { Outcome } from './question.js';
import { maxUsers, questions, runProbe } from './run-probe.js';

const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };

/** A clock that need not be waited for, and stands still where it has a time of its own; it is the mock's, too. */
function makeClock(standsAt?: number) {
  let skippedMs = 0;
  return {
    now: () => (standsAt ?? Date.now()) + skippedMs,
    wait: async (ms: number) => {
      skippedMs += ms;
    },
  };
}

interface Probed {
  readonly file: ProbeFile;
  readonly outcomes: Record<string, Outcome>;
}

async function probe(
  url: string,
  clock: ReturnType<typeof makeClock>,
  only?: readonly string[],
  begun: ProbeFile = beginProfile(url, credentials.appKey, '2026-01-31T12:00:00.000Z'),
): Promise<Probed> {
  const outcomes: Record<string, Outcome> = {};
  const file = await runProbe(begun, {
    ...{ ...credentials, ...clock, url: new URL(url), env: {}, timeoutMs: 60_000, paceMs: 0 },
    asked: questions.filter(({ id }) => only === undefined || only.includes(id)),
    onOutcome: async ({ id }, outcome) => {
      outcomes[id] = outcome;
    },
  });
  return { file, outcomes };
}

const statuses = { 404: 404, 1002: 400, 1003: 400, 1004: 401, 1005: 400, 1008: 429 };

/** Accounts that differ in every answer. */
const accounts: ProfileAnswers[] = [
  {
    clockToleranceMs: { behind: 300_000, ahead: 300_000 },
    nonceReplay: 'refuse',
    upperCaseSignature: 'refuse',
    errorStatuses: statuses,
    errorMessageField: 'errorMessage',
    userIdCharacters: '',
    emptyAvatarUrl: 'absent',
    nameLengthUnit: 'code-points',
    unlimitedFields: [],
    keepAliveTimeoutMs: 5000,
    rateLimit: 20,
    rateWindowSeconds: 20,
    rateWindow: 'sliding',
    retryAfter: 'seconds',
  },
  {
    clockToleranceMs: { behind: 60_000, ahead: 900_000 },
    nonceReplay: 'refuse-identical',
    upperCaseSignature: 'allow',
    errorStatuses: { ...statuses, 1002: 200, 1004: 403, 1008: 200 },
    errorMessageField: 'message',
    userIdCharacters: '_-',
    emptyAvatarUrl: 'refuse',
    nameLengthUnit: 'bytes',
    unlimitedFields: ['avatarUrl'],
    keepAliveTimeoutMs: 0,
    rateLimit: 30,
    rateWindowSeconds: 30,
    rateWindow: 'fixed',
    retryAfter: 'date',
  },
  {
    clockToleranceMs: { behind: null, ahead: 30_000 },
    nonceReplay: 'allow',
    upperCaseSignature: 'refuse',
    errorStatuses: { ...statuses, 404: 410, 1003: 422, 1005: 413, 1008: 503 },
    errorMessageField: 'msg',
    userIdCharacters: '_-.',
    emptyAvatarUrl: 'absent',
    nameLengthUnit: 'utf-16',
    unlimitedFields: ['userId'],
    keepAliveTimeoutMs: 60_000,
    rateLimit: 40,
    rateWindowSeconds: 60,
    rateWindow: 'bucket',
    retryAfter: 'none',
  },
];

test.each(accounts)('an account is found out again by its profile: $rateWindow', async (answers) => {
  const clock = makeClock();
  const options = { ...mockOptionsOf({ answers }), port: 0, environment: 'development', now: clock.now } as const;
  // Without a limit that the others would meet, since they wait for nothing here.
  await using mock = await startMock({ ...options, rateLimit: false });
  await using limited = await startMock(options);
  const others = questions.map(({ id }) => id).filter((id) => id !== 'rate');
  const { file: before } = await probe(mock.url, clock, others);
  const { file } = await probe(limited.url, clock, ['rate'], before);
  expect(file.notKnown).toEqual({});
  expect(file.answers).toEqual(answers);
  expect(readProfile(JSON.parse(JSON.stringify(file))).answers).toEqual(answers);

  await using client = createNexconnClient({ ...credentials, baseUrl: mock.url, ...clientOptionsOf(file) });
  const request = { userId: 'ada_1', name: 'Ada' };
  if (answers.userIdCharacters === '') expect(() => client.checkRequest('issueAccessToken', request)).toThrow();
  else client.checkRequest('issueAccessToken', request);

  const { users } = await mock.console.listUsers({ appKey: mock.appKey });
  expect(users.length).toBeLessThanOrEqual(maxUsers);
  for (const { userId } of users) expect(userId.startsWith(file.users.prefix)).toBe(true);
  expect(Object.keys(file.evidence)).toEqual(questions.map(({ id }) => id));
});

test('what it writes down holds neither secret, token nor signature', async () => {
  const clock = makeClock();
  await using mock = await startMock({ port: 0, rateLimit: false, now: clock.now });
  const { file } = await probe(mock.url, clock, ['user-ids', 'statuses', 'keep-alive']);
  const text = JSON.stringify(file);
  const { tokens } = await mock.console.listTokens({ appKey: mock.appKey });
  expect(tokens.length).toBeGreaterThan(0);
  expect(text).not.toContain(credentials.appSecret);
  expect(text).not.toContain(credentials.appKey);
  expect(text).not.toMatch(/[0-9a-f]{40}|[A-Za-z0-9+/]{60}/);
});

/** Starts a server that answers as told where the mock would. */
async function startServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a clock that is off is no part of the window that is found', async () => {
  const shiftMs = -47_300;
  // The header has whole seconds: by a clock that runs, what is found would hang on when the test began.
  const clock = makeClock(Date.UTC(2026, 0, 31, 12, 0, 0, 500));
  const url = await startServer((request, response) => {
    const nowMs = clock.now() + shiftMs;
    const isLate = Math.abs(Number(request.headers.timestamp) - nowMs) > 60_000;
    const isWrong = isLate || request.headers.signature === '0'.repeat(40);
    response.setHeader('date', new Date(nowMs).toUTCString());
    request.resume().on('end', () => response.end(JSON.stringify({ code: isWrong ? 1004 : 1002 })));
  });
  const { file } = await probe(url, clock, ['clock']);
  expect(file.answers).toEqual({ clockToleranceMs: { behind: 60_000, ahead: 60_000 } });
});

test('a limit that is not met is not known, and what is not clear neither', async () => {
  const clock = makeClock();
  const url = await startServer((request, response) => {
    const isWrong = request.headers.signature === '0'.repeat(40);
    request.resume().on('end', () => response.end(JSON.stringify({ code: isWrong ? 1004 : 1002 })));
  });
  const { outcomes, file } = await probe(url, clock);
  expect(file.notKnown).toMatchObject({
    rate: expect.stringContaining('450 requests'),
    'error-body': expect.stringContaining('no one field'),
    'user-ids': expect.stringContaining('plain request'),
    lengths: expect.stringContaining('plain request'),
    avatar: expect.stringContaining('plain request'),
  });
  expect(outcomes.clock).toEqual({ answers: { clockToleranceMs: { behind: null, ahead: null } } });
  expect(outcomes['upper-case']).toEqual({ answers: { upperCaseSignature: 'allow' } });
});

test('a first burst that two fixed windows share does not hide the limit', async () => {
  const clock = makeClock(Date.UTC(2026, 0, 31, 12, 0, 1));
  const admitted = new Map<number, number>();
  let seen = 0;
  const url = await startServer((request, response) => {
    seen += 1;
    // One window ends amid the first burst, behind 20 of it.
    const window = Math.floor(clock.now() / 30_000) + (seen > 22 ? 1 : 0);
    const count = (admitted.get(window) ?? 0) + 1;
    admitted.set(window, count);
    response.setHeader('date', new Date(clock.now()).toUTCString());
    request.resume().on('end', () => response.end(JSON.stringify({ code: count > 30 ? 1008 : 1002 })));
  });
  const { file } = await probe(url, clock, ['rate']);
  expect(file.evidence.rate?.[0]).toMatchObject({ what: expect.stringContaining(': 50 admitted') });
  expect(file.answers).toMatchObject({ rateLimit: 30, rateWindowSeconds: 30, rateWindow: 'fixed' });
});

test('what one question meets leaves the others alone', async () => {
  const clock = makeClock();
  let asked = 0;
  const url = await startServer((request, response) => {
    asked += 1;
    // In the midst of the clock's.
    if (asked === 7) response.destroy();
    else if (request.headers.signature === '0'.repeat(40)) response.end('{"code":1004,"errorMessage":"a"}');
    else response.end('{"code":1002,"errorMessage":"a"}');
  });
  const { outcomes } = await probe(url, clock, ['clock', 'error-body', 'upper-case']);
  expect(outcomes).toEqual({
    clock: { notKnown: 'Not all answers were those of the API.' },
    'upper-case': { answers: { upperCaseSignature: expect.any(String) } },
    'error-body': { answers: { errorMessageField: 'errorMessage' } },
  });
});

test.each<[string, RequestListener, string]>([
  ['a wrong secret', (_, response) => void response.end('{"code":1004}'), 'HTTP 200, code 1004'],
  ['a suspended app', (_, response) => void response.writeHead(401).end('{"code":1006}'), 'HTTP 401, code 1006'],
  ['a gateway', (_, response) => void response.writeHead(502).end('<html>'), 'HTTP 502'],
  ['a broken connection', (_, response) => void response.destroy(), 'ECONNRESET'],
])('%s ends it before anything is asked', async (_, answer, words) => {
  const url = await startServer(answer);
  await expect(probe(url, makeClock())).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining(words),
  });
});
