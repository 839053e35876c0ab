import { createNexconnClient } from '@nexconn-kit/client';
import { createMock } from '@nexconn-kit/mock';
import {
  createMemoryStore,
  createTokenHandler,
  createTokenService,
  type TokenHandlerOptions,
  TokenServiceError,
  type TokenServiceErrorCode,
  type TokenServiceOptions,
} from '@nexconn-kit/token-service';
import { document, operationTable } from '@nexconn-kit/token-service/token-endpoint';
import { describe, expect, it } from 'vitest';
import { documentOperations } from './document-operations.js';
import { createSchemaOracle } from './schema-oracle.js';

const operations = documentOperations(document);
const oracle = await createSchemaOracle(document);
const [operation] = operations;
const path = operation?.path ?? '';
const ada = { userId: 'jlk456j5', name: 'Ada' };

function realTokens(options: Partial<TokenServiceOptions> = {}) {
  const { appKey, appSecret, fetch } = createMock({ rateLimit: false });
  const client = createNexconnClient({ appKey, appSecret, baseUrl: 'http://localhost', fetch });
  return createTokenService({ client, store: createMemoryStore(), ...options });
}

function failing(code: TokenServiceErrorCode) {
  const get = () => Promise.reject(new TokenServiceError('Not now.', { code, retryAfterMs: 3_000 }));
  return { get, replace: get };
}

async function ask(
  init: RequestInit & { url?: string } = {},
  {
    tokens = realTokens(),
    times = 1,
    ...options
  }: Partial<TokenHandlerOptions> & { tokens?: object; times?: number } = {},
): Promise<{ status: number; headers: Headers; body: { code?: string } }> {
  const handler = createTokenHandler(tokens as never, { authenticate: () => ada, path, ...options });
  const request = () => new Request(`https://app.test${init.url ?? path}`, { method: 'POST', ...init });
  let response = await handler(request());
  for (let time = 1; time < times; time += 1) response = await handler(request());
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as { code?: string } };
}

const json = (body: unknown) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const problems: Record<string, () => ReturnType<typeof ask>> = {
  INVALID_REQUEST: () => ask(json({ rejectedToken: 7 })),
  NOT_SIGNED_IN: () => ask({}, { authenticate: () => undefined }),
  ORIGIN_REFUSED: () => ask({ headers: { origin: 'https://evil.test' } }),
  USER_NOT_YOURS: () => ask(json({ userId: 'bob' })),
  ENDPOINT_UNKNOWN: () => ask({ url: '/elsewhere' }),
  METHOD_REFUSED: () => ask({ method: 'GET' }),
  BODY_TOO_LARGE: () => ask(json({ rejectedToken: 'x'.repeat(5_000) })),
  MEDIA_TYPE_REFUSED: () => ask({ body: 'text' }),
  TOO_MANY_REQUESTS: () => ask({}, { requestsPerMinute: 1, times: 2 }),
  COOLING_DOWN: () => ask({}, { tokens: failing('COOLING_DOWN') }),
  INTERNAL_ERROR: () => ask({}, { authenticate: () => ({}) as never }),
  ISSUE_FAILED: () => ask({}, { tokens: failing('ISSUE_FAILED') }),
  TRY_LATER: () => ask({}, { tokens: failing('STORE_FAILED') }),
};

describe('the endpoint of the token service', () => {
  it('answers as the document says, with and without an end of tokens', async () => {
    for (const options of [{}, { tokenValiditySeconds: 3600 }]) {
      const { status, body } = await ask({}, { tokens: realTokens(options) });
      expect(status).toBe(operationTable.getAccessToken.successStatus);
      expectDocumented(status, body);
    }
  });

  it('has every documented problem, and no other', () => {
    const { components } = document as unknown as { components: { schemas: { ProblemCode: { enum: string[] } } } };
    expect(Object.keys(problems)).toEqual(components.schemas.ProblemCode.enum);
    const shown = (operation?.answers ?? []).map(({ example }) => (example as { code?: string }).code);
    expect([...new Set(shown.filter((code) => code !== undefined))].sort()).toEqual(Object.keys(problems).sort());
  });

  it.each(Object.entries(problems))('answers %s with the documented status and shape', async (code, provoke) => {
    const { status, headers, body } = await provoke();
    expect(body.code).toBe(code);
    expectDocumented(status, body);
    expect(requiredHeaders(status).filter((name) => !headers.has(name))).toEqual([]);
    const example = operation?.answers.find((answer) => (answer.example as { code?: string }).code === code);
    expect(example?.status).toBe(String(status));
  });

  it('documents a challenge with every 401, as RFC 9110 asks', () => {
    expect(requiredHeaders(401)).toEqual(['WWW-Authenticate']);
  });

  it('counts by default as many requests of a user as the document says', async () => {
    const { limit = 0 } = operationTable.getAccessToken.rateLimit ?? {};
    expect((await ask({}, { times: limit })).status).toBe(200);
    expect((await ask({}, { times: limit + 1 })).status).toBe(429);
  });

  it('has examples that fit their schemas', () => {
    for (const { example, schema } of operation?.answers ?? []) expect(oracle.errors(schema, example)).toEqual([]);
  });
});

/** The headers that every answer of that status has. */
function requiredHeaders(status: number): string[] {
  const { paths, components } = document as unknown as {
    paths: Record<string, { post: { responses: Record<string, { $ref?: string }> } }>;
    components: { responses: Record<string, { headers?: Record<string, { required?: boolean }> }> };
  };
  const name = paths[path]?.post.responses[status]?.$ref?.split('/').at(-1) ?? '';
  const headers = Object.entries(components.responses[name]?.headers ?? {});
  return headers.filter(([, { required }]) => required).map(([header]) => header);
}

function expectDocumented(status: number, body: unknown): void {
  const answer = operation?.answers.find((each) => each.status === String(status));
  expect(oracle.errors(answer?.schema ?? { const: 'documented' }, body)).toEqual([]);
}
