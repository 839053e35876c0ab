import { setImmediate as nextTurn } from 'node:timers/promises';
import { createNexconnClient, NexconnError } from '@nexconn-kit/client';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { patient } from '../support/patient.js';

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0 });
});
afterAll(() => mock?.close());

/** What a test file does that has an app of its own: every kind of state, and what it finds must be its own alone. */
async function runTestFile(file: number): Promise<void> {
  const { console } = mock;
  const userLimit = 5 + file;
  const { appKey, appSecret } = await console.createApp({ environment: 'development', userLimit });
  const nexconn = createNexconnClient({ appKey, appSecret, baseUrl: mock.url, ...patient });
  const issue = (userId: string) => nexconn.issueAccessToken({ userId, name: `file ${file}` });
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => 0,
      (error: unknown) => (error instanceof NexconnError ? error.apiCode : error),
    );

  const tokens: string[] = [];
  for (let user = 0; user < userLimit; user += 1) {
    tokens.push((await issue(`user${user}`)).accessToken);
    for (let turns = 0; turns < user % 3; turns += 1) await nextTurn();
  }
  expect(await codeOf(issue('another'))).toBe(2007);
  const { users } = await console.listUsers({ appKey });
  expect(users.map(({ userId, name }) => [userId, name])).toEqual(
    tokens.map((_token, user) => [`user${user}`, `file ${file}`]),
  );

  await console.setFault({ appKey, sequence: [{ kind: 'answer', code: 1009 }] });
  expect([await codeOf(issue('user0')), await codeOf(issue('user0'))]).toEqual([1009, 0]);

  const { snapshotId } = await console.takeSnapshot({ appKey });
  await console.updateApp({ appKey, suspended: true });
  expect(await codeOf(issue('user0'))).toBe(1006);
  await console.rotateSecret({ appKey });
  await console.restoreSnapshot({ snapshotId });
  for (const token of tokens) expect((await console.checkToken({ appKey, token })).code).toBe(0);

  const { entries } = await console.listJournal({ appKey });
  expect(entries.map(({ code }) => code)).toEqual([...tokens.map(() => 0), 2007, 1009, 0, 1006]);
  await console.resetState({ appKey });
  expect((await console.getApp({ appKey })).userCount).toBe(0);
  expect((await console.checkToken({ appKey, token: tokens[0] ?? '' })).code).toBe(31004);
  expect((await console.listJournal({ appKey })).entries).toEqual([]);
}

it('10 test files share one mock at the same time, each through its own App Key, and see only their own', async () => {
  await Promise.all(Array.from({ length: 10 }, (_unused, file) => runTestFile(file)));
  expect((await mock.console.listApps()).apps).toHaveLength(11);
  expect((await mock.console.listUsers({ appKey: mock.appKey })).users).toEqual([]);
});
