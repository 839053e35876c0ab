import { createMock, type Mock } from '@nexconn-kit/mock';
import { document, operationTable } from '@nexconn-kit/mock/console';
import { signRequest } from '@nexconn-kit/signing';
import { describe, expect, it } from 'vitest';
import { type DocumentOperation, documentOperations } from './document-operations.js';
import { createSchemaOracle } from './schema-oracle.js';

const operations = documentOperations(document);
const oracle = await createSchemaOracle(document);

/** The example request of an operation, as the document has it. */
function exampleOf({ path }: DocumentOperation): unknown {
  const paths = document.paths as Record<string, { post: { requestBody?: { content: Record<string, Media> } } }>;
  return paths[path]?.post.requestBody?.content['application/json']?.example;
}

interface Media {
  readonly example?: unknown;
}

/** A mock in which something has happened: two issues, a refusal, a fault, a snapshot. */
async function usedMock(): Promise<Mock> {
  const mock = createMock();
  const { appKey } = mock;
  for (const avatarUrl of [undefined, 'https://example.com/a.png']) await issue(mock, signRequest(mock), avatarUrl);
  await issue(mock, { ...signRequest(mock), signature: 'junk' });
  await mock.console.setFault({ appKey, sequence: [{ kind: 'code-on-200' }] });
  await issue(mock, signRequest(mock));
  const sequence = ['success' as const, { kind: 'latency' as const, ms: 5, jitterMs: 1 }];
  await mock.console.setFault({ appKey, operationId: 'issueAccessToken', userId: 'u1', sequence, times: 0 });
  await mock.console.takeSnapshot();
  return mock;
}

async function issue(mock: Mock, headers: object, avatarUrl?: string): Promise<void> {
  const request = new Request('http://mock.test/v4/auth/access-token/issue', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'x-request-id': 'r1' },
    body: JSON.stringify({ userId: 'jlk456j5', name: 'Ada', avatarUrl }),
  });
  await mock.fetch(request);
}

async function call(mock: Mock, { method, path }: DocumentOperation, body: unknown): Promise<[number, unknown]> {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? null : JSON.stringify(body);
  const response = await mock.fetch(new Request(`http://mock.test${path}`, { method, headers, body: sent }));
  const text = await response.text();
  return [response.status, text === '' ? undefined : JSON.parse(text)];
}

function expectDocumented({ operationId, answers }: DocumentOperation, status: number, body: unknown): void {
  const named = (wanted: string) => answers.find((answer) => answer.status === wanted);
  const answer = named(String(status)) ?? (status < 400 ? undefined : named('default'));
  if (body === undefined) expect(answer, `${operationId} documents a body`).toBeUndefined();
  else expect(oracle.errors(answer?.schema ?? { const: 'documented' }, body), operationId).toEqual([]);
}

describe.each(operations)('$operationId', (operation) => {
  it('takes the example of its document, and answers as documented', async () => {
    const [status, body] = await call(await usedMock(), operation, exampleOf(operation));
    expect(status).toBe(operationTable[operation.operationId as keyof typeof operationTable].successStatus);
    expectDocumented(operation, status, body);
  });

  it('refuses what is no request, in the documented shape', async () => {
    const mock = await usedMock();
    for (const body of [{ appKey: 7 }, { appKey: 'gone', unknown: true }, [], 'text']) {
      const [status, answer] = await call(mock, operation, body);
      if (operation.body) expect(status).toBe(400);
      if (status !== 204) expectDocumented(operation, status, answer);
    }
  });

  it('has examples that fit their schemas', () => {
    for (const { example, schema } of operation.answers) expect(oracle.errors(schema, example)).toEqual([]);
  });
});
