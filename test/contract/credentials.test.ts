import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const properties = { code: { type: 'integer' }, message: { type: 'string' }, result: { type: 'object' } };
const schema = { type: 'object', required: ['code'], properties };
const example = { code: 0, message: 'Done.', result: {} };
const responses = { 200: { description: 'Done.', content: { 'application/json': { schema, example } } } };
const parameters = [{ name: 'userId', in: 'path', required: true, schema: { type: 'string' } }];
const document = {
  openapi: '3.1.0',
  info: { title: 'Crew', version: '1' },
  security: [{ key: [] }, { token: [] }],
  paths: {
    '/crew/{userId}': { get: { operationId: 'getMember', parameters, responses } },
    '/open/{userId}': { get: { operationId: 'getOpen', security: [], parameters, responses } },
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'api_key' },
      token: { type: 'http', scheme: 'bearer' },
    },
  },
};
const catalogue = [{ name: 'NobodyThere', code: 7, httpStatus: 410, retryable: false, meaning: 'a', remedy: 'b' }];
const findUser = { userId: '$request.path.userId', unknown: 'NobodyThere' };
const get = { operationId: 'getMember', parameters, responses, 'x-mock': { findUser } };
const finding = { ...document.paths, '/crew/{userId}': { get } };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each<[kind: string, more: object]>([
  ['plain', {}],
  ["with errors and state of one's own", { 'x-error-codes': catalogue, paths: finding }],
  ['with an envelope', { 'x-envelope': { code: 'code', success: 0, message: 'message', result: 'result' } }],
])('a document %s asks for the credentials that it says', (_, more) => {
  it.each<[path: string, headers: Record<string, string>, refused: boolean]>([
    ['/crew/bob', {}, true],
    ['/crew/bob', { other: 'x' }, true],
    ['/crew/bob', { api_key: 'x' }, false],
    ['/crew/bob', { authorization: 'Bearer x' }, false],
    ['/open/bob', {}, false],
  ])('%s with %j', async (path, headers, refused) => {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify({ ...document, ...more }));
    const mock = createMock({ document: await loadDocument(file) });
    const response = await mock.fetch(new Request(`http://mock.test${path}`, { headers }));
    expect(response.status === 401).toBe(refused);
  });
});

const getOf = (operationId: string, security?: object[]) => ({
  get: { operationId, responses, ...(security && { security }) },
});
const mixed = {
  ...document,
  security: [{ Signature: [], Nonce: [] }],
  paths: {
    '/signed': getOf('signed'),
    '/key': getOf('key', [{ key: [] }]),
    '/token': getOf('token', [{ token: [] }]),
    '/open': getOf('open', []),
    '/optional': getOf('optional', [{ token: [] }, {}]),
    '/either': getOf('either', [{ Signature: [] }, { token: [] }]),
    '/both': getOf('both', [{ Signature: [], token: [] }]),
  },
  components: {
    securitySchemes: {
      ...document.components.securitySchemes,
      Nonce: { type: 'apiKey', in: 'header', name: 'Nonce' },
      Signature: { type: 'apiKey', in: 'header', name: 'Signature', 'x-signature': {} },
    },
  },
};
const app = { appKey: 'app-of-the-test', appSecret: 'secret-of-the-test' };
const envelope = { code: 'code', success: 0, message: 'message', result: 'result' };

describe.each<[kind: string, more: object]>([
  ['alone', {}],
  ['and an envelope', { 'x-envelope': envelope }],
])('a document with a signature %s asks of each operation for what this one says', (_, more) => {
  const token = { authorization: 'Bearer x' };
  const bad = { 'app-key': app.appKey, nonce: 'n', timestamp: `${Date.now()}`, signature: 'x'.repeat(40) };
  it.each<[path: string, sent: 'signed' | 'prefixed' | '', headers: Record<string, string>, refused: boolean]>([
    ['/signed', '', {}, true],
    ['/signed', '', token, true],
    ['/signed', 'signed', {}, false],
    ['/signed', 'prefixed', {}, false],
    ['/key', '', {}, true],
    ['/key', 'signed', {}, true],
    ['/key', '', { api_key: 'x' }, false],
    ['/token', '', {}, true],
    ['/token', '', token, false],
    ['/open', '', {}, false],
    ['/open', '', bad, false],
    ['/optional', '', {}, false],
    ['/either', '', {}, true],
    ['/either', '', token, false],
    ['/either', 'signed', {}, false],
    ['/either', '', bad, true],
    ['/both', 'signed', {}, true],
    ['/both', '', token, true],
    ['/both', 'signed', token, false],
  ])('%s with %s %j', async (path, sent, given, refused) => {
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify({ ...mixed, ...more }));
    const mock = createMock({ document: await loadDocument(file), ...app });
    const signature = sent ? signRequest({ ...app, headerPrefix: sent === 'prefixed' ? 'RC-' : '' }) : {};
    const headers = { ...given, ...signature };
    const response = await mock.fetch(new Request(`http://mock.test${path}`, { headers }));
    expect(response.status === 401, await response.text()).toBe(refused);
  });
});
