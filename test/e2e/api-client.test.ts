import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDocument } from '@nexconn-kit/document';
import { startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { compiler } from '../support/compiler.js';
import { runCommand } from '../support/run-command.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = fileURLToPath(new URL('api-client/openapi.yaml', import.meta.url));

/** A program that has generated a client of the document into `src/api`; it prints what came of its calls. */
const app = `
import { createApiClient } from '@nexconn-kit/client/api';
import { clientApi } from './src/api/index.gen.js';

const key = 'k-5f2e8a11c0';
const { MOCK_URL = '', CLOSED_URL = '' } = process.env;
const events: unknown[] = [];
const orders = createApiClient(clientApi, {
  baseUrl: MOCK_URL,
  credentials: { key },
  onEvent: (event) => events.push(event),
});
const added = await orders.addNote({ orderId: 'A17', text: 'Ring "twice"', 'Idempotency-Key': 'n-1' });
const notes: string[] = await orders.listNotes({ orderId: 'A17', tag: ['a', 'b'], limit: 5 });
const { data } = await orders.http.GET('/orders/{orderId}/notes', { params: { path: { orderId: 'A17' } } });
// @ts-expect-error: a text is missing
const incomplete = await failureOf(orders.addNote({ orderId: 'A17' }));
const refused = await failureOf(orders.listNotes({ orderId: 'a17', limit: 101 }));
const imported: { id: string }[] = await orders.importOrders({ body: [{ id: 'A17' }, { id: 'A18' }] });
await orders.close();

const lost = createApiClient(clientApi, { baseUrl: CLOSED_URL, credentials: { key }, retry: false });
const unreached = await failureOf(lost.listNotes({ orderId: 'A17' }));
await lost.close();
console.log(JSON.stringify({ added, notes, data, imported, incomplete, refused, unreached: unreached.code }));
// What is said of calls never shows the key.
console.error(events, unreached);

async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error('It was answered.'),
    (thrown: Error) => thrown,
  );
  const { code, issues = [] } = error as { code?: string; issues?: { field: string }[] };
  return { code, fields: issues.map(({ field }) => field), text: String(error.stack) };
}
`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-client-'));
  await cp(document, join(folder, 'openapi.yaml'));
  await writeFile(join(folder, 'app.ts'), app);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const nexconn = await bundleSources(new URL('../../packages/cli/src/bin.ts', import.meta.url));
  const args = [...bundleFlags, nexconn, 'generate', '--document', 'openapi.yaml', '--out', 'src/api'];
  const { exitCode, output } = await runCommand(process.execPath, args, { cwd: folder });
  expect(exitCode, output).toBe(0);
});

afterAll(() => rm(folder, { recursive: true }));

/** A URL at which nothing listens any more. */
async function closedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it('a program with a generated client of a document of its own has right types', async () => {
  const options = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const modules = ['--module', 'nodenext', '--customConditions', '@nexconn-kit/source'];
  const args = [compiler, '--noEmit', ...options, ...modules, 'app.ts'];
  const { exitCode, output } = await runCommand(process.execPath, args, { cwd: folder });
  expect(exitCode, output).toBe(0);
});

it('it calls by operation and by path, is refused at the door what the document does not take, and shows no key', async () => {
  await using mock = await startMock({ port: 0, document: await loadDocument(join(folder, 'openapi.yaml')) });
  const { exitCode, output, stdout } = await runCommand(
    process.execPath,
    [...bundleFlags, '--import', import.meta.resolve('tsx'), 'app.ts'],
    { cwd: folder, env: { MOCK_URL: mock.url, CLOSED_URL: await closedUrl() } },
  );
  expect(exitCode, output).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    added: { orderId: 'A17', text: 'Ring "twice"' },
    notes: ['Ring twice'],
    data: ['Ring twice'],
    imported: [{ id: 'A17' }, { id: 'A18' }],
    incomplete: expect.objectContaining({ code: 'INVALID_REQUEST', fields: ['text'] }),
    refused: expect.objectContaining({ code: 'INVALID_REQUEST', fields: ['orderId', 'limit'] }),
    unreached: 'NETWORK',
  });
  expect(output).not.toContain('k-5f2e8a11c0');
});
