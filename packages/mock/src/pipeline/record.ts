import { asObject } from '../document/lookup.js';
import { readUserId } from '../http/read-user-id.js';
import { shorten } from '../http/shorten.js';
import type { AnswerDraft, Api, MockRequest, Route } from '../http/types.js';
import type { ServiceGate } from '../state/service.js';
import type { Journal, Service } from '../state/types.js';

/** What became known of a request on its way; the steps fill it in. */
export interface Trace {
  readonly startedAtMs: number;
  route: Route | undefined;
  body: unknown;
}

/** Makes the step that writes each request into the journal. */
export function createJournalStep(
  { envelope }: Api,
  journal: Journal,
  { gate, now }: Service & { readonly gate: ServiceGate },
  stopwatch: () => number,
): (request: MockRequest, trace: Trace, draft: AnswerDraft, reason: string | undefined) => void {
  const codeField = envelope?.code ?? 'code';

  return function record(request, { startedAtMs, route, body }, { status, body: answer, fault }, reason) {
    const { method, path, headers } = request;
    // One that is not known may be a secret in the wrong place.
    const app = gate.find(headers['app-key'] ?? headers['rc-app-key'] ?? '');
    const code = asObject(answer)[codeField];
    journal.add({
      at: now(),
      appKey: app?.made.appKey,
      method,
      // The text of the document, which is there anyway; that of the request would have to be kept.
      path: path === route?.operation.path ? route.operation.path : shorten(path),
      operationId: route?.operation.operationId,
      status,
      code: typeof code === 'number' ? code : undefined,
      reason: shortenAny(reason, 1000),
      userId: shortenAny(route && readUserId(route, request, body)),
      requestId: shortenAny(headers['x-request-id']),
      durationMs: Math.round((stopwatch() - startedAtMs) * 1000) / 1000,
      fault,
    });
  };
}

function shortenAny(text: string | undefined, limit?: number): string | undefined {
  return text === undefined ? undefined : shorten(text, limit);
}
