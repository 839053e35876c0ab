import { createNexconnClient, NexconnError } from '@nexconn-kit/client';
import { envelope, errorCatalogue } from '@nexconn-kit/contract';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { signRequest } from '@nexconn-kit/signing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutState } from '../support/without-state.js';
import type { DocumentedAnswer, DocumentOperation } from './document-operations.js';
import { expectDocumented } from './expect-documented.js';
import { addressOf, sampleCall, swept } from './sweep.js';

const { operations, oracle } = swept;
// A status that no operation documents is answered by `default`.
const undocumentedStatus = '503';

// The answer decides, not the speed of a busy machine.
const patientMs = 60_000;

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0, rateLimit: false, document: withoutState });
});
afterAll(() => mock?.close());

for (const operation of operations) {
  describe(operation.operationId, () => {
    for (const answer of operation.answers) {
      describe(`answered with ${answer.status} ${answer.exampleName}`, () => sweepAnswer(operation, answer));
    }

    it('has an entry of the error catalogue for every documented error code', () => {
      const known = new Set(Object.values(errorCatalogue).map((entry) => entry.code as unknown));
      const documented = operation.answers.filter(isFailure).map(({ example }) => codeOf(example));
      expect(documented.filter((code) => !known.has(code))).toEqual([]);
    });

    it('answers a wrong signature in a documented shape', async () => {
      const { url, headers } = addressOf(operation, mock.url);
      const signature = signRequest({ appKey: mock.appKey, appSecret: 'notTheSecret' });
      const response = await fetch(url, { method: operation.method, headers: { ...headers, ...signature } });
      expect(response.ok).toBe(false);
      expectDocumented(operation, response.status, await response.json());
    });

    it('answers a wrong method in a documented shape', async () => {
      const used = operations.filter(({ path }) => matches(path, operation.path)).map(({ method }) => method);
      const method = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].find((one) => !used.includes(one)) ?? 'OPTIONS';
      const { url, headers } = addressOf(operation, mock.url);
      const signature = signRequest({ appKey: mock.appKey, appSecret: mock.appSecret });
      const response = await fetch(url, { method, headers: { ...headers, ...signature } });
      expect(response.ok).toBe(false);
      expectDocumented(operation, response.status, await response.json());
    });
  });
}

function sweepAnswer(operation: DocumentOperation, answer: DocumentedAnswer): void {
  it('gets from our mock that answer, in the shape the document gives it', async () => {
    const { response, outcome } = call(operation, answer);
    await outcome.catch(() => undefined);
    const received = await response();
    expect(received.status).toBe(Number(statusOf(answer)));
    expect(oracle.errors(answer.schema, received.body)).toEqual([]);
    if (isFailure(answer)) expect(received.body).toEqual(answer.example);
  });

  if (isFailure(answer)) {
    it('gets from the client the typed error of the answer', async () => {
      const error = await call(operation, answer).outcome.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NexconnError);
      const { code, message } = error as NexconnError;
      expect(error).toMatchObject({ operationId: operation.operationId, status: Number(statusOf(answer)) });
      expect((error as NexconnError).apiCode).toBe(codeOf(answer.example));
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      // Its own class, so that a caller can tell the reason by instanceof.
      expect((error as object).constructor).not.toBe(NexconnError);
      expect(message).not.toContain(mock.appSecret);
    });
  } else {
    it('gets from the client the result of the answer', async () => {
      const { response, outcome } = call(operation, answer);
      const result = await outcome;
      const { body } = await response();
      expect(result).toEqual(envelope === null ? body : (body as Record<string, unknown>)[envelope.result]);
    });
  }
}

interface Call {
  outcome: Promise<unknown>;
  response: () => Promise<{ status: number; body: unknown }>;
}

/** Calls the operation with the client, and has the mock give the chosen answer. */
function call(operation: DocumentOperation, answer: DocumentedAnswer): Call {
  let received: Response | undefined;
  const client = createNexconnClient({
    appKey: mock.appKey,
    appSecret: mock.appSecret,
    baseUrl: mock.url,
    timeoutMs: patientMs,
    // One answer is judged, not what is done about it.
    retry: false,
    fetch: async (request: Request) => {
      request.headers.set('Prefer', `code=${statusOf(answer)}, example=${answer.exampleName}`);
      const response = await fetch(request);
      received = response.clone();
      return response;
    },
  });
  const methods = client as unknown as Record<string, (request: object) => Promise<unknown>>;
  const outcome = methods[operation.operationId]?.(sampleCall(operation)) ?? Promise.reject(new Error('No method.'));
  outcome.catch(() => undefined);
  return {
    outcome,
    response: async () => ({ status: received?.status ?? 0, body: await received?.json() }),
  };
}

function statusOf(answer: DocumentedAnswer): string {
  return answer.status === 'default' ? undocumentedStatus : answer.status;
}

function codeOf(example: unknown): unknown {
  return envelope === null ? undefined : (example as Record<string, unknown>)[envelope.code];
}

function isFailure(answer: DocumentedAnswer): boolean {
  return !answer.status.startsWith('2') || (envelope !== null && codeOf(answer.example) !== envelope.success);
}

/** Whether a path of the document takes requests for another one too, as `/users/{id}` does for `/users/find`. */
function matches(template: string, path: string): boolean {
  const parts = path.split('/');
  const ofTemplate = template.split('/');
  return ofTemplate.length === parts.length && ofTemplate.every((part, at) => part === parts[at] || /[{]/.test(part));
}
