import type { OperationId } from '@nexconn-kit/contract';
import { operationTable } from '@nexconn-kit/contract';
import { signRequest } from '@nexconn-kit/signing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DocumentOperation } from '../../../test/contract/document-operations.js';
import { invalidValues } from '../../../test/contract/invalid-values.js';
import { addressOf, swept } from '../../../test/contract/sweep.js';
import { validValue } from '../../../test/contract/valid-value.js';
import { toApi } from '../src/document/api.js';
import { createFastEngine } from '../src/engine/engine.js';
import { createPrismEngine } from '../src/engine/prism-engine.js';
import type { MockAnswer, MockRequest } from '../src/http/types.js';
import { createPipeline } from '../src/pipeline/pipeline.js';
import { resolveOptions } from '../src/resolve-options.js';

const nexconnApi = toApi();

const { document, operations, oracle, seed } = swept;
/** `COUNT=100000 npm run agreement` compares that many requests. */
const count = Number(process.env.COUNT ?? 2_000);
const nowMs = 1_800_000_000_000;
const settings = resolveOptions({
  rateLimit: false,
  now: () => nowMs,
  // The same token each time, so that answers can be compared as they are.
  random: (bytes) => new Uint8Array(bytes).fill(7),
});
const fastEngine = createFastEngine(nexconnApi);
const prism = createPrismEngine(nexconnApi);
let fastAnswers = 0;
const mock = createPipeline(nexconnApi, settings, {
  engine: {
    prepare: prism.prepare,
    answer(...request) {
      const answer = fastEngine.answer(...request);
      if (answer) fastAnswers += 1;
      return answer ?? prism.answer(...request);
    },
  },
});
const mockOfPrism = createPipeline(nexconnApi, settings, { engine: prism });
// Its body is judged by Prism alone.
const bareApi = { ...nexconnApi, validators: {} };
const prismAlone = createPipeline(bareApi, settings, { engine: createPrismEngine(bareApi) });

it(`answers ${count} generated requests as Prism does`, { timeout: 600_000 }, async () => {
  const runs = Math.ceil(count / operations.length);
  let accepted = 0;
  for (const operation of operations) {
    // Drawn in parts, so that any number of them fits into memory.
    for (let done = 0; done < runs; done += 1000) {
      const draws = { seed: seed + done, numRuns: Math.min(1000, runs - done) };
      for (const drawn of fc.sample(requestOf(operation), draws)) {
        const ours = await mock.answer(toRequest(operation, drawn));
        if (ours.status < 300) accepted += 1;
        await compare(operation, drawn, ours);
      }
    }
  }
  console.log(`Of ${runs * operations.length} requests ${accepted} were good and ${fastAnswers} went the fast way.`);
  expect(fastAnswers).toBeGreaterThan(count / 10);
  expect(accepted).toBeLessThan(count * 0.9);
});

async function compare(operation: DocumentOperation, drawn: DrawnRequest, ours: MockAnswer): Promise<void> {
  const throughPrism = await mockOfPrism.answer(toRequest(operation, drawn));
  // Without the matcher for what is equal, which is most of it.
  if (JSON.stringify(ours) !== JSON.stringify(throughPrism))
    expect({ drawn, ...ours }).toEqual({ drawn, ...throughPrism });
  const alone = await prismAlone.answer(toRequest(operation, drawn));
  if (ours.status === alone.status) return;
  // Prism does not know limits in bytes, and takes null for no body; there we refuse what it lets pass.
  const isKnown = ours.status === 400 && (drawn.body === null || isOverBytesOnly(operation, drawn.body));
  expect({ drawn, isKnown, ours: ours.status, prism: alone.status }).toMatchObject({ isKnown: true });
}

function isOverBytesOnly({ operationId, body: schema }: DocumentOperation, body: unknown): boolean {
  if (schema === undefined || oracle.errorsOfStandard(schema, withoutEmpty(operationId, body)).length > 0) return false;
  return oracle.errors(schema, withoutEmpty(operationId, body)).length > 0;
}

/** The document has `""` count as absent in these fields. */
function withoutEmpty(operationId: string, body: unknown): unknown {
  const absent: readonly string[] = operationTable[operationId as OperationId].body?.emptyIsAbsent ?? [];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== '' || !absent.includes(name)));
}

interface DrawnRequest {
  body: unknown;
  headers: Record<string, string>;
  query: string;
}

/** Half of the bodies are good; most headers are those of an ordinary caller, some are on the edge of what is allowed. */
function requestOf(operation: DocumentOperation): fc.Arbitrary<DrawnRequest> {
  const schema = operation.body;
  const often = <T>(usual: T, other: fc.Arbitrary<T>) => fc.oneof({ arbitrary: fc.constant(usual), weight: 4 }, other);
  const anyText = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
  const invalid = schema ? invalidValues(schema, document, seed).map(({ value }) => value) : [];
  const body = schema
    ? fc.oneof(
        { arbitrary: validValue(schema, document), weight: 6 },
        ...(invalid.length > 0 ? [{ arbitrary: fc.constantFrom(...invalid), weight: 3 }] : []),
        { arbitrary: fc.jsonValue(), weight: 1 },
      )
    : fc.constant(undefined);
  return fc.record({
    body,
    query: often('', fc.constantFrom('a=1', 'userId=x&userId=y', '%', 'limit=', '__proto__=1', 'x-request-id=1')),
    headers: fc
      .record({
        'content-type': often(
          'application/json',
          fc.constantFrom('application/json; charset=utf-8', 'Application/JSON', 'application/json;v=1', 'text/plain'),
        ),
        'x-request-id': often('', fc.oneof(anyText, fc.constantFrom('a'.repeat(36), 'a'.repeat(37), 'a,b', ' ', 'é'))),
        accept: often('*/*', fc.constantFrom('text/html', 'application/xml;q=0.9', '')),
        prefer: often('', fc.constantFrom('code=200', 'return=minimal', 'code=429', 'example=issued', 'dynamic=true')),
      })
      .map((headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))),
  });
}

let nonces = 0;

function toRequest(operation: DocumentOperation, { body, headers, query }: DrawnRequest): MockRequest {
  const { url, headers: sample } = addressOf(operation, 'http://mock.test');
  const { appKey, appSecret } = settings;
  nonces += 1;
  const signature = signRequest({ appKey, appSecret }, { now: () => nowMs, nonce: () => `${nonces}` });
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const signed = Object.fromEntries(Object.entries(signature).map(([name, value]) => [name.toLowerCase(), value]));
  const { pathname, searchParams } = new URL(query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`);
  return {
    method: operation.method,
    path: pathname,
    query: searchParams,
    headers: {
      ...Object.fromEntries(Object.entries(sample).map(([name, value]) => [name.toLowerCase(), value])),
      ...headers,
      ...(bytes && { 'content-length': `${bytes.length}` }),
      ...signed,
    },
    body: bytes ? chunks(bytes) : null,
  };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
