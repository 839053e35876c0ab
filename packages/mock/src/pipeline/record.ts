import type { Api } from '../document/api.js';
import { asObject } from '../document/lookup.js';
import { copyText, readAppKey, readUserId, shorten } from '../http/read-request.js';
import type { AnswerDraft, MockRequest, Route } from '../http/types.js';
import type { MockState } from '../mock-state.js';
import type { Settings } from '../settings.js';

/** What became known of a request on its way; the steps fill it in. */
export interface Trace {
  readonly startedAtMs: number;
  route: Route | undefined;
  /** As it came. */
  bytes: Uint8Array;
  body: unknown;
}

/** Creates the step that writes each request and its answer into the journal and the log; it returns the entry's id. */
export function createRecord(
  { envelope }: Pick<Api, 'envelope'>,
  { journal, service, coverage }: Pick<MockState, 'journal' | 'service' | 'coverage'>,
  { log, monotonicNow }: Pick<Settings, 'log' | 'monotonicNow'>,
): (request: MockRequest, trace: Trace, draft: AnswerDraft, reason: string | undefined) => number {
  const codeField = envelope?.code ?? 'code';

  return function record(request, { startedAtMs, route, body }, draft, reason) {
    const { method, path, headers } = request;
    const { status, fault } = draft;
    const answered = asObject(draft.body)[codeField];
    const code = typeof answered === 'number' ? answered : undefined;
    const operationId = route?.operation.operationId;
    coverage.count(operationId, status, code);
    const id = journal.add({
      at: service.now(),
      // An unknown App Key may be a secret in the wrong place.
      appKey: service.requests.find(readAppKey(request) ?? '')?.made.appKey,
      method: keptText(method),
      // The document's own string is in memory anyway; each request's would be kept beside it.
      path: path === route?.operation.path ? route.operation.path : keptText(path),
      operationId,
      status,
      code,
      reason: keptText(reason, 1000),
      userId: keptText(route && readUserId(route, request, body)),
      requestId: keptText(headers['x-request-id']),
      durationMs: Math.round((monotonicNow() - startedAtMs) * 1000) / 1000,
      fault,
    });
    log?.(logLine(request, draft, answered, reason));
    return id;
  };
}

/** V8 copies a part of a text that is shorter than this by itself. */
const shortestSlice = 13;

/** Returns what an entry keeps of a text of the caller's: a copy, since even a short one may be a part of a long one. */
function keptText<T extends string | undefined>(text: T, limit?: number): T {
  if (text === undefined || text.length < shortestSlice) return (text && shorten(text)) as T;
  return copyText(shorten(text, limit)) as T;
}

/** No query and no header: either may carry what should not be kept. */
function logLine(
  { method, path }: MockRequest,
  { status, fault }: AnswerDraft,
  code: unknown,
  reason: string | undefined,
): string {
  const line = `${method} ${path} ${status}${code === undefined ? '' : ` ${code}`}`;
  const remark = `${reason === undefined ? '' : ` ${reason}`}${fault === undefined ? '' : ` fault ${fault}`}`;
  return shorten(line + remark, 1000);
}

/** What was answered before it came to the pipeline, as far as it is known. */
export interface EarlyAnswer {
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  readonly status: number;
  /** The business code. */
  readonly code?: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/** Creates the function that writes such a request into the journal and the log; it keeps no header. */
export function createEarlyRecord(
  { journal, service }: Pick<MockState, 'journal' | 'service'>,
  { log }: Pick<Settings, 'log'>,
): (answer: EarlyAnswer) => void {
  return function recordEarly({ method, path, status, code, reason }) {
    journal.add({
      at: service.now(),
      method: keptText(method),
      path: keptText(path),
      status,
      code,
      reason: keptText(reason, 1000),
      durationMs: 0,
    });
    const facts = [method ?? '-', path ?? '-', status, code, reason].filter((fact) => fact !== undefined);
    log?.(shorten(facts.join(' '), 1000));
  };
}
