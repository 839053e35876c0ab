import { signRequest } from '@nexconn-kit/signing';
import { expect } from 'vitest';
import { ada, issuePath } from '../../test/support/make-issue-request.js';
import { it, type TestApp } from './index.js';

const seen = new Set<string>();

async function issue({ appKey, appSecret, baseUrl }: TestApp, signedAs = appKey): Promise<number> {
  const response = await fetch(`${baseUrl}${issuePath}`, {
    method: 'POST',
    headers: { ...signRequest({ appKey: signedAs, appSecret }), 'content-type': 'application/json' },
    body: JSON.stringify(ada),
  });
  return ((await response.json()) as { code: number }).code;
}

it.for([1, 2])('gives test %i an App Key of its own', async (_count, { nexconnApp }) => {
  expect(seen).not.toContain(nexconnApp.appKey);
  seen.add(nexconnApp.appKey);
  expect(await issue(nexconnApp)).toBe(0);
});

it('has the tests share a mock, whose apps do not take each other for themselves', async ({ nexconnApp }) => {
  const [other = ''] = seen;
  expect(await issue(nexconnApp, other)).toBe(1004);
});

it('gives a test a mock of its own', async ({ nexconnMock, nexconnApp }) => {
  expect(nexconnMock.url).not.toBe(nexconnApp.baseUrl);
  const { appKey, appSecret, url: baseUrl } = nexconnMock;
  expect(await issue({ appKey, appSecret, baseUrl })).toBe(0);
  const { entries } = await nexconnMock.console.listJournal({});
  expect(entries.map(({ code }) => code)).toEqual([0]);
});
