import type { ServiceGate } from '../service/create-service.js';
import type { Journal, Service } from '../service/types.js';
import { asObject } from './create-resolver.js';
import { readUserId } from './read-user-id.js';
import { shorten } from './shorten.js';
import type { AnswerDraft, Api, MockRequest, Route } from './types.js';

/** What became known of a request on its way; the steps fill it in. */
export interface Trace {
  readonly startedAtMs: number;
  route?: Route;
  body?: unknown;
}

/** Makes the step that writes each request into the journal. */
export function createJournalStep(
  { envelope }: Api,
  journal: Journal,
  { gate, now }: Service & { readonly gate: ServiceGate },
  stopwatch: () => number,
): (request: MockRequest, trace: Trace, draft: AnswerDraft, reason: string | undefined) => void {
  return function record(request, { startedAtMs, route, body }, { status, body: answer, fault }, reason) {
    const { method, path, headers } = request;
    const appKey = headers['app-key'] ?? headers['rc-app-key'];
    const code = asObject(answer)[envelope?.code ?? 'code'];
    const userId = route && readUserId(route, request, body);
    const requestId = headers['x-request-id'];
    journal.add({
      at: now(),
      // One that is not known may be a secret in the wrong place.
      ...(appKey !== undefined && gate.find(appKey) && { appKey }),
      method,
      path: shorten(path),
      ...(route && { operationId: route.operation.operationId }),
      status,
      ...(typeof code === 'number' && { code }),
      ...(reason !== undefined && { reason: shorten(reason, 1000) }),
      ...(userId !== undefined && { userId: shorten(userId) }),
      ...(requestId !== undefined && { requestId: shorten(requestId) }),
      durationMs: Math.round((stopwatch() - startedAtMs) * 1000) / 1000,
      ...(fault !== undefined && { fault }),
    });
  };
}
