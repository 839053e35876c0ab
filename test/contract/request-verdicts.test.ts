import { createNexconnClient } from '@nexconn-kit/client';
import { type OperationId, requestValidators } from '@nexconn-kit/contract';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutState } from '../support/without-state.js';
import type { DocumentOperation } from './document-operations.js';
import { expectDocumented } from './expect-documented.js';
import { type InvalidValue, invalidValues } from './invalid-values.js';
import { type StockPrism, startPrism } from './start-prism.js';
import { addressOf, sampleParameters, swept } from './sweep.js';
import { validValue } from './valid-value.js';
import { isWritable, writeBody } from './write-body.js';

type Verdict = 'accepted' | 'refused';
type Judge = (operation: DocumentOperation, schema: object, body: unknown) => Verdict | Promise<Verdict>;

const { document, operations, oracle, seed, draws } = swept;
console.log(`The bodies are drawn with seed ${seed}; set CONTRACT_SEED to draw others.`);

let prism: StockPrism;
let mock: RunningMock;
beforeAll(async () => {
  [prism, mock] = await Promise.all([
    startPrism(document),
    startMock({ port: 0, rateLimit: false, document: withoutState }),
  ]);
});
afterAll(async () => {
  await prism?.[Symbol.asyncDispose]();
  await mock?.close();
});

const refusedByAll = Object.fromEntries(
  ['hyperjump', 'our validators', 'our mock', 'stock Prism'].map((name) => [name, 'refused']),
);
/** Those who are sent a body as it goes over the wire. */
const servers = ['our mock', 'stock Prism'];
const judges: Record<string, Judge> = {
  hyperjump: (_, schema, body) => verdict(oracle.errors(schema, body).length === 0),
  'our validators': ({ operationId }, _, body) => {
    return verdict(requestValidators[operationId as OperationId](body).length === 0);
  },
  'our mock': async (operation, _, body) => {
    const signature = signRequest({ appKey: mock.appKey, appSecret: mock.appSecret });
    const answer = await send(operation, mock.url, { ...signature }, body);
    expectDocumented(operation, answer.status, await answer.json());
    return verdictOf(answer);
  },
  'stock Prism': async (operation, _, body) => {
    // Prism asks for the headers of the signature, and does not look at what they say.
    const answer = await send(
      operation,
      prism.url,
      { 'App-Key': 'a', Nonce: '1', Timestamp: '1', Signature: 'a' },
      body,
    );
    await answer.arrayBuffer();
    return verdictOf(answer);
  },
};

for (const operation of operations) describe(operation.operationId, () => sweep(operation));

function sweep(operation: DocumentOperation): void {
  const { body: schema, bodyRequired, operationId } = operation;
  if (schema === undefined) {
    it('takes no body', () => expect(requestValidators[operationId as OperationId](undefined)).toEqual([]));
    return;
  }
  for (const [name, judge] of Object.entries(judges)) {
    it(`has every valid body accepted by ${name}`, async () => {
      const property = fc.asyncProperty(validValue(schema, document), async (body) => {
        if (servers.includes(name) && !isWritable(operation, body)) return;
        expect(await judge(operation, schema, body)).toBe('accepted');
      });
      await fc.assert(property, { seed, numRuns: draws });
    });
  }
  if (bodyRequired) {
    it('is refused without a body by our mock and by stock Prism', async () => {
      expect(await judges['our mock']?.(operation, schema, undefined)).toBe('refused');
      expect(await judges['stock Prism']?.(operation, schema, undefined)).toBe('refused');
    });
  }
  for (const broken of invalidValues(schema, document, seed)) {
    const { keyword, field, change, value } = broken;
    const name = `${field || 'the body'} with ${change} (${keyword})`;
    if (oracle.errorsOfStandard(schema, value).length > 0) {
      it(`is refused by all: ${name}`, async () => {
        const given = await verdicts(operation, schema, value);
        expect(given).toEqual(Object.fromEntries(Object.keys(given).map((name) => [name, 'refused'])));
      });
    } else {
      it(`is refused by all but stock Prism, which does not know x-max-bytes: ${name}`, async () => {
        expect(keyword).toBe('x-max-bytes');
        expect(await verdicts(operation, schema, value)).toEqual({ ...refusedByAll, 'stock Prism': 'accepted' });
      });
    }
    it(`is reported with field and keyword, and not sent by the client: ${name}`, () =>
      expectReport(operation, broken));
  }
}

async function verdicts(operation: DocumentOperation, schema: object, body: unknown): Promise<Record<string, Verdict>> {
  const able = Object.entries(judges).filter(([name]) => !servers.includes(name) || isWritable(operation, body));
  const all = able.map(async ([name, judge]) => [name, await judge(operation, schema, body)]);
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

function send(
  operation: DocumentOperation,
  server: string,
  signature: Record<string, string>,
  body: unknown,
): Promise<Response> {
  const { url, headers } = addressOf(operation, server);
  const written = body === undefined ? { headers: {} } : writeBody(operation, body);
  return fetch(url, {
    ...{ method: operation.method, ...written },
    headers: { ...headers, ...signature, ...written.headers },
  });
}

/** A request is judged by its body alone: any other refusal is a failure of the test. */
function verdictOf({ ok, status, url }: Response): Verdict {
  if (!ok && ![400, 413, 415, 422].includes(status)) throw new Error(`${url} answered ${status} to a signed request.`);
  return verdict(ok);
}

function verdict(accepted: boolean): Verdict {
  return accepted ? 'accepted' : 'refused';
}
