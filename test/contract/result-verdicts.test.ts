import { createNexconnClient, type NexconnClient, type NexconnEvent } from '@nexconn-kit/client';
import { envelope, type Operation, type OperationId, operationTable } from '@nexconn-kit/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentedAnswer, DocumentOperation } from './document-operations.js';
import { invalidValues } from './invalid-values.js';
import { startPrism } from './start-prism.js';
import { sampleCall, sampleParameters, swept } from './sweep.js';
import { validValue } from './valid-value.js';

const { document, operations, oracle, seed, draws } = swept;
const options = { appKey: 'key0123456789', appSecret: 'S3cretOfTheTests', retry: false, rateLimit: false } as const;
/** What the service may do without breaking a client, and what tells of it. */
const tolerated: Record<string, string[]> = {
  additionalProperties: [],
  maxLength: ['long-text'],
  'x-max-bytes': ['long-text'],
};

type Outcome = { value: unknown } | { code: unknown; message: string };
type Style = (client: NexconnClient, operation: DocumentOperation) => Promise<unknown>;

const styles: Record<string, Style> = {
  'the named method': (client, operation) => {
    const methods = client as unknown as Record<string, (request: object) => Promise<unknown>>;
    return methods[operation.operationId]?.(sampleCall(operation)) ?? Promise.reject(new Error('No method.'));
  },
  'client.http': async (client, operation) => {
    const { cookie: _, ...params } = sampleParameters(operation);
    const { ...body } = sampleCall(operation);
    for (const place of Object.values(params)) for (const name of Object.keys(place)) delete body[name];
    const http = client.http as unknown as { request: (...given: unknown[]) => Promise<{ data?: unknown }> };
    const init = operation.body === undefined ? { params } : { params, body };
    const { data } = await http.request(operation.method.toLowerCase(), operation.path, init);
    return envelope ? (data as Record<string, unknown>)[envelope.result] : data;
  },
};

for (const operation of operations) {
  for (const answer of operation.answers.filter(({ status }) => status.startsWith('2'))) {
    for (const [style, call] of Object.entries(styles)) {
      describe(`${operation.operationId}, answered with ${answer.status} ${answer.exampleName}, by ${style}`, () =>
        sweepResults(operation, answer, call));
    }
  }
}

it('takes the examples of stock Prism, which echo nothing, with checkEchoes: false alone', async () => {
  await using prism = await startPrism(document);
  const echoing = operations.filter(({ operationId }) => 'echoes' in operationTable[operationId as OperationId]);
  for (const operation of echoing) {
    const outcomes = [true, false].map(async (checkEchoes) => {
      const client = createNexconnClient({ ...options, baseUrl: prism.url, timeoutMs: 60_000, checkEchoes });
      return outcomeOf(styles['the named method']?.(client, operation));
    });
    const [checked, unchecked] = await Promise.all(outcomes);
    expect(checked).toMatchObject({ code: 'MALFORMED_RESPONSE' });
    expect(operation.answers.map(({ example }) => ({ value: resultIn(example) }))).toContainEqual(unchecked);
  }
});

function sweepResults(operation: DocumentOperation, answer: DocumentedAnswer, call: Style): void {
  it('resolves to every result of the document', async () => {
    const property = fc.asyncProperty(validValue(answer.schema, document), async (body) => {
      const { outcome, told } = await answerWith(operation, answer, body, call);
      expect(outcome).toEqual({ value: resultIn(body) });
      expect(told).toEqual([]);
    });
    await fc.assert(property, { seed, numRuns: draws });
  });

  for (const { keyword, field, change, value } of brokenResults(answer)) {
    const events = tolerated[keyword];
    it(`${events ? 'takes' : 'is malformed with'} ${field} with ${change} (${keyword})`, async () => {
      expect(oracle.errors(answer.schema, value)).not.toEqual([]);
      const { outcome, told } = await answerWith(operation, answer, value, call);
      if (events) expect({ outcome, told }).toEqual({ outcome: { value: resultIn(value) }, told: events });
      else expect(outcome).toMatchObject({ code: 'MALFORMED_RESPONSE' });
    });
  }

  const { echoes = {} }: Operation = operationTable[operation.operationId as OperationId];
  for (const name of Object.keys(echoes)) {
    it(`is malformed with ${name} of another request`, async () => {
      const [body] = fc.sample(validValue(answer.schema, document), { seed, numRuns: 1 });
      const other = { ...(body as object), ...withResult({ ...(resultIn(body) as object), [name]: 'another' }) };
      const { outcome } = await answerWith(operation, answer, other, call, true);
      expect(outcome).toMatchObject({ code: 'MALFORMED_RESPONSE', message: expect.stringContaining(name) });
    });
  }
}

function brokenResults(answer: DocumentedAnswer): ReturnType<typeof invalidValues> {
  const all = invalidValues(answer.schema, document, seed);
  const { result } = envelope ?? {};
  return all.filter(({ field }) => result === undefined || field === result || field.startsWith(`${result}.`));
}

function resultIn(body: unknown): unknown {
  return envelope ? Reflect.get(Object(body), envelope.result) : body;
}

function withResult(result: object): object {
  return envelope ? { [envelope.result]: result } : result;
}

async function answerWith(
  operation: DocumentOperation,
  { status }: DocumentedAnswer,
  body: unknown,
  call: Style,
  checkEchoes = false,
): Promise<{ outcome: Outcome; told: string[] }> {
  const told: NexconnEvent['type'][] = [];
  const client = createNexconnClient({
    ...options,
    ...{ baseUrl: 'http://localhost:1', checkEchoes },
    fetch: async () => Response.json(body, { status: Number(status) }),
    onEvent: ({ type }) => told.push(type),
  });
  const outcome = await outcomeOf(call(client, operation));
  return { outcome, told: told.filter((type) => type === 'long-text') };
}

async function outcomeOf(call: Promise<unknown> | undefined): Promise<Outcome> {
  if (!call) throw new Error('No method.');
  return call.then(
    (value) => ({ value }),
    ({ code, message }) => ({ code, message }),
  );
}
