import { createServer } from 'node:net';
import { type ApiDescription, document, operationTable } from '@nexconn-kit/contract';
import { codesOf, describeErrors, type ErrorExample, enumOf } from '../../../test/support/error-catalogue.js';
import { toConsoleError } from './console/console-error.js';
import { createMock, startMock } from './index.js';

const mock = createMock({ journalSize: 1 });
const { console: mockConsole, appKey } = mock;

/** What the console answers over HTTP, as the page shows it. */
async function call(path: string, init: RequestInit = {}): Promise<ErrorExample> {
  const headers = { 'content-type': 'application/json', ...init.headers };
  const response = await mock.fetch(new Request(`http://127.0.0.1:4010${path}`, { method: 'POST', ...init, headers }));
  const text = await response.text();
  return { code: JSON.parse(text).code, text: `HTTP ${response.status}\n${text}` };
}

const { issueAccessToken } = operationTable;
const anotherApi: ApiDescription = {
  document,
  operations: { issueAccessToken },
  validators: {},
  errors: {},
  envelope: null,
};
const list = '/_console/api/apps/list';
const codes = [
  ...codesOf('packages/mock/src/errors.ts', 'MockErrorCode'),
  ...enumOf('spec/mock-console/schemas/ErrorCode.yaml'),
];

describeErrors('mock', codes, {
  INVALID_OPTION: () => createMock({ clockToleranceMs: -1 }),
  // An operation that the document does not have.
  INVALID_DOCUMENT: () => mock.useDocument({ ...anotherApi, document: { ...document, paths: { '/ping': () => 1 } } }),
  async PORT_IN_USE() {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    return startMock({ port }).finally(() => server.close());
  },
  // An address that is set aside for documentation, and none of this machine.
  LISTEN_FAILED: () => startMock({ port: 0, host: '192.0.2.1' }),
  APP_EXISTS: () => mockConsole.createApp({ appKey }),
  APP_NOT_FOUND: () => mockConsole.getApp({ appKey: 'uwd1c0sxdlx3' }),
  SNAPSHOT_UNKNOWN: () => mockConsole.restoreSnapshot({ snapshotId: 'snapshot-17' }),
  ENTRY_UNKNOWN: () => mockConsole.getJournalEntry({ id: 17 }),
  INVALID_FAULT: () => mockConsole.setFault({ sequence: [{ kind: 'answer', code: 7 }] }),
  INVALID_REQUEST: () => mockConsole.getApp({ appkey: 'uwd1c0sxdlx2' } as object as { appKey: string }),
  WAIT_TIMED_OUT: () => mockConsole.waitForJournal({ timeoutMs: 0 }),
  async MOCK_CLOSED() {
    const running = await startMock({ port: 0 });
    const waiting = running.console.waitForJournal({ timeoutMs: 60_000 }).catch((error: unknown) => error);
    await running.close();
    return waiting;
  },
  HOST_REFUSED: () => call(list, { headers: { host: 'mock.example.com' } }),
  ORIGIN_REFUSED: () => call(list, { headers: { origin: 'https://www.example.com' } }),
  ENDPOINT_UNKNOWN: () => call('/_console/api/apps/find'),
  METHOD_REFUSED: () => call(list, { method: 'GET' }),
  BODY_TOO_LARGE: () => call(list, { body: JSON.stringify('x'.repeat(20_000_000)) }),
  MEDIA_TYPE_REFUSED: () => call(list, { body: '{}', headers: { 'content-type': 'text/plain' } }),
  INTERNAL_ERROR() {
    const { code, message, status } = toConsoleError(new Error('A mistake.'));
    return { code, text: `HTTP ${status}\n${JSON.stringify({ code, message })}` };
  },
});
