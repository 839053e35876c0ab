import { type Context, context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { dateNow, performanceNow } from '../system-time.js';
import type { CallInfo, NexconnEvent } from '../types.js';
import { attemptAttributes, httpAttributes, operationOf } from './attributes.js';

/** The span of a call under way, and what is known of its attempts. */
interface CallSpan {
  readonly span: Span;
  readonly context: Context;
  /** Returns Unix milliseconds that never go back, however the machine's clock is set meanwhile. */
  readonly now: () => number;
  apiCode: number | undefined;
}

type EventOf<Type extends NexconnEvent['type']> = Extract<NexconnEvent, { type: Type }>;

/** Creates the listener that turns the events of a call into its span, a child of what was active where the call was made. */
export function createSpans(tracer: Tracer): (event: NexconnEvent) => void {
  const calls = new WeakMap<CallInfo, CallSpan>();

  function start({ call }: EventOf<'call-start'>): void {
    const [startedAt, startedOn] = [dateNow(), performanceNow()];
    const parent = context.active();
    const attributes = { 'nexconn.operation': operationOf(call), 'nexconn.priority': call.priority };
    const span = tracer.startSpan(
      `nexconn ${operationOf(call)}`,
      { kind: SpanKind.CLIENT, startTime: startedAt, attributes },
      parent,
    );
    const now = (): number => startedAt + performanceNow() - startedOn;
    calls.set(call, { span, context: trace.setSpan(parent, span), now, apiCode: undefined });
  }

  function addAttempt(own: CallSpan, event: EventOf<'attempt'>): void {
    const endedAt = own.now();
    const attributes = { ...httpAttributes(event), ...attemptAttributes(event) };
    const span = tracer.startSpan(
      String(attributes['http.request.method']),
      { kind: SpanKind.CLIENT, startTime: endedAt - event.durationMs, attributes },
      own.context,
    );
    if (event.code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAt);
    own.apiCode = event.apiCode;
  }

  function addWait({ span, now }: CallSpan, { reason, durationMs }: EventOf<'wait'>): void {
    const attributes = { 'nexconn.wait.reason': reason, 'nexconn.wait.duration': durationMs / 1000 };
    span.addEvent('nexconn.wait', attributes, now());
  }

  function end({ span, now, apiCode }: CallSpan, { requestId, attempts, code }: EventOf<'call-end'>): void {
    span.setAttributes({
      'nexconn.attempts': attempts,
      ...(requestId !== undefined && { 'nexconn.request_id': requestId }),
      ...(apiCode !== undefined && { 'nexconn.api_code': apiCode }),
      ...(code !== undefined && { 'error.type': code }),
    });
    if (code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(now());
  }

  return function trackSpans(event) {
    if (!('call' in event)) return;
    if (event.type === 'call-start') return start(event);
    const own = calls.get(event.call);
    // The call began before this listener was there.
    if (!own) return;
    if (event.type === 'attempt') addAttempt(own, event);
    else if (event.type === 'wait') addWait(own, event);
    else if (event.type === 'call-end') end(own, event);
  };
}
