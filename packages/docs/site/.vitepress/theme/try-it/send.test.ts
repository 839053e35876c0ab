import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../../../../../../test/support/run-command.js';
import type { Described, DescribedOperation } from './described.js';
import { draftOf, firstValues } from './form.js';
import { requestInLines, type Sent, send, signDraft } from './send.js';
import { type Call, writeCurl, writeTypeScript } from './write-calls.js';

const root = fileURLToPath(new URL('../../../../../../', import.meta.url));
const envelope = { code: 'code', message: 'errorMessage', success: 0 };
let mock: RunningMock;
let operation: DescribedOperation;
let described: Pick<Described, 'errors' | 'envelope'>;

beforeAll(async () => {
  mock = await startMock({ port: 0 });
  const { operations, errors } = await mock.console.describeDocument();
  operation = operations.find(({ operationId }) => operationId === 'issueAccessToken') as DescribedOperation;
  described = { errors, envelope };
});
afterAll(() => mock?.close());

function sign(changes: Partial<Record<'appKey' | 'appSecret', string>> = {}, values = firstValues(operation)) {
  return signDraft(mock.url, draftOf(operation, values), {
    appKey: mock.appKey,
    appSecret: mock.appSecret,
    ...changes,
  });
}

function nameAs(name: string): string[] {
  return operation.fields.map((field, at) => (field.name === 'name' ? name : (firstValues(operation)[at] ?? '')));
}

it('a signed request is answered, and its lines have all that was sent but the App Secret', async () => {
  const sent = await sign();
  const { status, isGood, verdict, body } = await send(sent, described, fetch);
  expect({ status, isGood, verdict }).toEqual({ status: 200, isGood: true, verdict: 'Answered 200, code 0.' });
  expect(JSON.parse(body).result.userId).toBe('jlk456j5');
  const lines = requestInLines(sent);
  expect(lines.split('\n').map((line) => line.split(':', 1)[0])).toEqual([
    ...['POST /v4/auth/access-token/issue HTTP/1.1', 'Host', 'App-Key', 'Nonce', 'Timestamp', 'Signature'],
    ...['Content-Type', '', '{"userId"'],
  ]);
  expect(lines).not.toContain(mock.appSecret);
});

it('a refusal comes with the reason of the mock and the meaning of its code', async () => {
  const wrong = await send(await sign({ appSecret: mock.appKey }), described, fetch);
  expect(wrong).toMatchObject({ status: 401, isGood: false });
  expect(wrong.verdict).toMatch(/^Refused with 401, code 1004\. Signature does not match: .*app-key-as-secret.*\./);
  const long = await send(await sign({}, nameAs('x'.repeat(65))), described, fetch);
  expect(long.verdict).toMatch(/^Refused with 400, code 1005\. .*name.*64.*\. \S/);
});

it('what cannot be signed is told before it is sent', async () => {
  await expect(sign({ appSecret: 'with space' })).rejects.toMatchObject({ field: 'appSecret' });
  await expect(sign({ appKey: '' })).rejects.toMatchObject({ field: 'appKey' });
});

it('an operation that needs no signature is sent without one', async () => {
  const sent = await signDraft(mock.url, draftOf(operation, firstValues(operation)), undefined);
  expect([sent.headers, sent.signature]).toEqual([[['Content-Type', 'application/json']], undefined]);
});

it.each([
  [new Response('<p>bad gateway', { status: 502 }), /^Answered 502, with something else/, false],
  [new Response('{}', { status: 200 }), /^Answered 200\.$/, true],
  [Response.json({ code: 1050 }), /^Refused with 200, code 1050\. \S/, false],
  [Response.json({ code: 7, errorMessage: 'no' }, { status: 500 }), /^Refused with 500, code 7\. no\.$/, false],
])('an answer of any kind has a verdict', async (response, verdict, isGood) => {
  const sent: Sent = { url: mock.url, draft: draftOf(operation, []), headers: [], signature: undefined };
  const answer = await send(sent, described, async () => response);
  expect(answer).toMatchObject({ verdict: expect.stringMatching(verdict), isGood });
});

it('the same call runs as curl and as TypeScript, quotes included, without the App Secret in it', async () => {
  const draft = draftOf(operation, nameAs(`O'Hara "\\$(x)`));
  const { url, appKey } = mock;
  const call: Call = { url, appKey, operationId: operation.operationId, signed: true, draft };
  const env = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: mock.appSecret, NEXCONN_BASE_URL: url };
  const [curl, typescript] = [writeCurl(call), writeTypeScript(call)];
  expect(curl + typescript).not.toContain(mock.appSecret);
  const { stdout } = await runCommand('bash', ['-c', curl], { cwd: root, env });
  expect(JSON.parse(stdout)).toMatchObject({ code: 0, result: { userId: 'jlk456j5' } });
  expect((await runNode(typescript, env)).stdout).toContain("userId: 'jlk456j5'");
  const { users } = await mock.console.listUsers();
  expect(users).toMatchObject([{ userId: 'jlk456j5', name: `O'Hara "\\$(x)` }]);
});

it('a call without a request, with names that are none, is written as well', () => {
  const draft = { method: 'GET', target: '/a', headers: [], body: undefined, request: {} };
  const call: Call = { url: 'http://127.0.0.1:4010', appKey: 'k', operationId: 'list-all', signed: false, draft };
  expect(writeCurl(call)).toBe("curl -sS -X GET 'http://127.0.0.1:4010/a'");
  expect(writeTypeScript(call)).toContain("nexconn['list-all']()");
  const request = { 'X-Tag': 't', tags: ['a', 1, null, {}] };
  expect(writeTypeScript({ ...call, draft: { ...draft, request } })).toContain(
    "({ 'X-Tag': 't', tags: ['a', 1, null, {}] })",
  );
});

/** Runs a module that imports our packages, from their sources. */
async function runNode(text: string, env: Record<string, string>): Promise<CommandResult> {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/try-it-'));
  try {
    writeFileSync(join(folder, 'call.mjs'), text);
    const options = ['--conditions=@nexconn-kit/source', '--import', 'tsx', join(folder, 'call.mjs')];
    return await runCommand(process.execPath, options, { cwd: root, env });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
