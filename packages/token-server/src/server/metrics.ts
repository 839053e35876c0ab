import { TokenServiceError, type TokenServiceEvent } from '@nexconn-kit/token-service';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { performanceNow } from '../system-time.js';

/** The metrics of a server. No label holds a user ID or a token. */
export interface ServeMetrics {
  readonly onEvent: (event: TokenServiceEvent) => void;
  /** Counts a request that begins; the function that it returns, its answer. */
  readonly begin: () => (route: string, status: number) => void;
  readonly inFlight: () => number;
  readonly contentType: string;
  /** Returns all of them in the text format of Prometheus. */
  readonly write: () => Promise<string>;
}

/** Upper bounds in seconds: a stored token takes about a millisecond, a call of the API up to half a minute. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates metrics of their own registry, all at zero. */
export function createMetrics(monotonicNow: () => number = performanceNow): ServeMetrics {
  const registry = new Registry();
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const histogram = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Histogram({ name, help, labelNames, buckets, registers: [registry] });

  const issued = counter('nexconn_tokens_issued_total', 'Tokens issued, by reason.', 'reason');
  const served = counter('nexconn_tokens_served_total', 'Stored tokens handed out.');
  const failures = counter('nexconn_issue_failures_total', 'Tokens that could not be issued, by code.', 'code');
  const unkept = counter('nexconn_store_failures_total', 'Tokens that were issued and could not be stored.');
  const answers = counter('nexconn_http_answers_total', 'HTTP answers, by route and status.', 'route', 'status');
  let inFlight = 0;
  new Gauge({
    name: 'nexconn_http_requests_in_flight',
    help: 'HTTP requests under way.',
    registers: [registry],
    collect() {
      this.set(inFlight);
    },
  });
  const requests = histogram('nexconn_http_request_duration_seconds', 'Time to answer, by route.', 'route');
  const issues = histogram('nexconn_issue_duration_seconds', 'Time to issue a token, by reason.', 'reason');

  return {
    onEvent(event) {
      if (event.type === 'issued') {
        issued.inc({ reason: event.reason });
        issues.observe({ reason: event.reason }, event.durationMs / 1000);
      } else if (event.type === 'served') served.inc();
      else if (event.type === 'issue-failed') failures.inc({ code: codeOf(event) });
      else if (event.type === 'store-failed') unkept.inc();
    },
    begin() {
      const startedAt = monotonicNow();
      inFlight += 1;
      return function end(route, status) {
        inFlight -= 1;
        answers.inc({ route, status });
        requests.observe({ route }, (monotonicNow() - startedAt) / 1000);
      };
    },
    inFlight: () => inFlight,
    contentType: registry.contentType,
    write: async () => withBoundLast(await registry.metrics()),
  };
}

/** Returns the metrics with `le` after the other label, the order that scripts which match whole lines rely on. */
function withBoundLast(text: string): string {
  return text.replaceAll(/^(\w+_bucket)\{(le="[^"]+"),(.+)\} /gm, '$1{$3,$2} ');
}

function codeOf({ error }: Extract<TokenServiceEvent, { type: 'issue-failed' }>): string {
  return (error instanceof TokenServiceError && error.apiError ? error.apiError : error).code;
}
