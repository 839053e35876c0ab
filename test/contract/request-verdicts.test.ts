import { createNexconnClient } from '@nexconn-kit/client';
import { type OperationId, requestValidators } from '@nexconn-kit/contract';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentOperation } from './document-operations.js';
import { type InvalidValue, invalidValues } from './invalid-values.js';
import { type StockPrism, startPrism } from './start-prism.js';
import { addressOf, sampleParameters, swept } from './sweep.js';
import { validValue } from './valid-value.js';

type Verdict = 'accepted' | 'refused';
type Judge = (operation: DocumentOperation, schema: object, body: unknown) => Verdict | Promise<Verdict>;

const validBodies = 60;
const { document, operations, oracle, seed } = swept;
console.log(`The bodies are drawn with seed ${seed}; set CONTRACT_SEED to draw others.`);

let prism: StockPrism;
let mock: RunningMock;
beforeAll(async () => {
  [prism, mock] = await Promise.all([startPrism(document), startMock({ port: 0 })]);
});
afterAll(async () => {
  await prism?.[Symbol.asyncDispose]();
  await mock?.close();
});

const judges: Record<string, Judge> = {
  ajv: (_, schema, body) => verdict(oracle.errors(schema, body).length === 0),
  'our validators': ({ operationId }, _, body) => {
    return verdict(requestValidators[operationId as OperationId](body).length === 0);
  },
  'our mock': (operation, _, body) => {
    return post(operation, mock.url, { ...signRequest({ appKey: mock.appKey, appSecret: mock.appSecret }) }, body);
  },
  'stock Prism': (operation, _, body) => {
    return post(operation, prism.url, { 'App-Key': 'a', Nonce: '1', Timestamp: '1', Signature: 'a' }, body);
  },
};

describe.each(operations)('$operationId', (operation) => {
  const { body: schema, bodyRequired } = operation;
  if (schema === undefined) {
    it('takes no body', () => expect(requestValidators[operation.operationId as OperationId](undefined)).toEqual([]));
    return;
  }

  it.each(Object.keys(judges))('has every valid body accepted by %s', async (name) => {
    const property = fc.asyncProperty(validValue(schema, document), async (body) => {
      expect(await judges[name]?.(operation, schema, body)).toBe('accepted');
    });
    await fc.assert(property, { seed, numRuns: validBodies });
  });

  it.runIf(bodyRequired)('is refused without a body by our mock and by stock Prism', async () => {
    expect(await judges['our mock']?.(operation, schema, undefined)).toBe('refused');
    expect(await judges['stock Prism']?.(operation, schema, undefined)).toBe('refused');
  });

  const invalid = invalidValues(schema, document, seed).map((one) => ({ ...one, at: one.field || 'the body' }));
  const beyondStandard = invalid.filter(({ value }) => oracle.errorsOfStandard(schema, value).length === 0);
  const withinStandard = invalid.filter((one) => !beyondStandard.includes(one));

  describe.each(withinStandard)('with $at broken: $keyword, $change', (broken) => {
    it('is refused by ajv, our validators, our mock and stock Prism alike', async () => {
      expect(await verdicts(operation, schema, broken.value)).toEqual({
        ajv: 'refused',
        'our validators': 'refused',
        'our mock': 'refused',
        'stock Prism': 'refused',
      });
    });
    it('is reported with its field and keyword, and never sent by the client', () => expectReport(operation, broken));
  });

  describe.each(beyondStandard)('with $at broken: $keyword, $change', (broken) => {
    it('is refused by all but stock Prism, which does not know x-max-bytes', async () => {
      expect(broken.keyword).toBe('x-max-bytes');
      expect(await verdicts(operation, schema, broken.value)).toEqual({
        ajv: 'refused',
        'our validators': 'refused',
        'our mock': 'refused',
        'stock Prism': 'accepted',
      });
    });
    it('is reported with its field and keyword, and never sent by the client', () => expectReport(operation, broken));
  });
});

async function verdicts(operation: DocumentOperation, schema: object, body: unknown): Promise<Record<string, Verdict>> {
  const all = Object.entries(judges).map(async ([name, judge]) => [name, await judge(operation, schema, body)]);
  return Object.fromEntries(await Promise.all(all));
}

async function expectReport(operation: DocumentOperation, { field, keyword, value }: InvalidValue): Promise<void> {
  const issues = requestValidators[operation.operationId as OperationId](value);
  expect(issues.map((issue) => ({ field: issue.field, keyword: issue.keyword }))).toContainEqual({ field, keyword });
  if (field === '') return;
  const { path, query, header } = sampleParameters(operation);
  const call = clientMethod(operation)({ ...path, ...query, ...header, ...(value as object) });
  await expect(call).rejects.toMatchObject({ code: 'INVALID_REQUEST', operationId: operation.operationId });
}

function clientMethod(operation: DocumentOperation): (request: object) => Promise<unknown> {
  const client = createNexconnClient({
    appKey: mock.appKey,
    appSecret: mock.appSecret,
    baseUrl: mock.url,
    fetch: () => expect.unreachable('An invalid request was sent.'),
  });
  return (client as unknown as Record<string, (request: object) => Promise<unknown>>)[operation.operationId] as never;
}

async function post(
  operation: DocumentOperation,
  server: string,
  signature: Record<string, string>,
  body: unknown,
): Promise<Verdict> {
  const { url, headers } = addressOf(operation, server);
  const content = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url, {
    method: operation.method,
    headers: { ...headers, ...signature, ...content },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status >= 500 || response.status === 401)
    throw new Error(`${server} answered ${response.status}: ${text}`);
  return verdict(response.ok);
}

function verdict(accepted: boolean): Verdict {
  return accepted ? 'accepted' : 'refused';
}
