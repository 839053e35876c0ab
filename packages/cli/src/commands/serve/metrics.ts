import type { TokenServiceEvent } from '@nexconn-kit/token-service';

/** Counts what the server does, for Prometheus. No label holds a user ID or a token. */
export interface ServeMetrics {
  readonly onEvent: (event: TokenServiceEvent) => void;
  /** Counts a request that begins; the function that it gives, its answer. */
  readonly begin: () => (route: string, status: number) => void;
  readonly inFlight: () => number;
  /** Gives all of it in the text format of Prometheus. */
  readonly write: () => string;
}

/** Upper ends in seconds: a stored token takes about a millisecond, a call of the API up to half a minute. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Family {
  readonly write: () => string;
}

/** Makes the counters, all at zero. */
export function createMetrics(clock: () => number = () => performance.now()): ServeMetrics {
  const issued = createCounter('nexconn_tokens_issued_total', 'Tokens issued, by reason.', ['reason']);
  const served = createCounter('nexconn_tokens_served_total', 'Stored tokens handed out.', []);
  const failures = createCounter('nexconn_issue_failures_total', 'Tokens that could not be issued, by code.', ['code']);
  const unkept = createCounter('nexconn_store_failures_total', 'Tokens that were issued and could not be stored.', []);
  const answers = createCounter('nexconn_http_answers_total', 'HTTP answers, by route and status.', [
    'route',
    'status',
  ]);
  const requests = createHistogram('nexconn_http_request_duration_seconds', 'Time to answer, by route.', 'route');
  const issues = createHistogram('nexconn_issue_duration_seconds', 'Time to issue a token, by reason.', 'reason');
  let inFlight = 0;
  const gauge: Family = {
    write: () =>
      familyOf('nexconn_http_requests_in_flight', 'HTTP requests under way.', 'gauge', [
        `nexconn_http_requests_in_flight ${inFlight}`,
      ]),
  };
  const families: readonly Family[] = [issued, served, failures, unkept, answers, gauge, requests, issues];

  return {
    onEvent(event) {
      if (event.type === 'issued') {
        issued.add(event.reason);
        issues.observe(event.reason, event.durationMs / 1000);
      } else if (event.type === 'served') served.add();
      else if (event.type === 'issue-failed') failures.add(codeOf(event.error));
      else if (event.type === 'store-failed') unkept.add();
    },
    begin() {
      const startedAt = clock();
      inFlight += 1;
      return function end(route, status) {
        inFlight -= 1;
        answers.add(route, String(status));
        requests.observe(route, (clock() - startedAt) / 1000);
      };
    },
    inFlight: () => inFlight,
    write: () => families.map((family) => family.write()).join(''),
  };
}

/** Names an error by its code, and by that of what caused it where it is another part's. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNEXPECTED';
  const code: unknown = Reflect.get(error, 'code');
  const cause: unknown = Reflect.get(error, 'cause');
  const isWrapper = code === 'ISSUE_FAILED' || code === 'TRY_LATER';
  if (isWrapper && typeof cause === 'object' && cause !== null) return codeOf(cause);
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'UNEXPECTED';
}

function createCounter(
  name: string,
  help: string,
  labels: readonly string[],
): Family & { readonly add: (...values: readonly string[]) => void } {
  const counts = new Map<string, number>();
  // Without labels there is one line, and it stands there from the start.
  if (labels.length === 0) counts.set('', 0);
  return {
    add(...values) {
      const key = labelsOf(labels.map((label, index) => [label, values[index] ?? '']));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    write: () =>
      familyOf(
        name,
        help,
        'counter',
        [...counts].map(([key, count]) => `${name}${key} ${count}`),
      ),
  };
}

interface Observed {
  /** One for each bucket, and the last for all above; not added up. */
  readonly counts: number[];
  sum: number;
}

function createHistogram(
  name: string,
  help: string,
  label: string,
): Family & { readonly observe: (value: string, seconds: number) => void } {
  const all = new Map<string, Observed>();

  function linesOf([value, { counts, sum }]: [string, Observed]): string[] {
    let total = 0;
    const lines = counts.map((count, index) => {
      total += count;
      return `${name}_bucket${labelsOf([
        [label, value],
        ['le', String(buckets[index] ?? '+Inf')],
      ])} ${total}`;
    });
    return [
      ...lines,
      `${name}_sum${labelsOf([[label, value]])} ${sum}`,
      `${name}_count${labelsOf([[label, value]])} ${total}`,
    ];
  }

  return {
    observe(value, seconds) {
      const observed = all.get(value) ?? { counts: Array<number>(buckets.length + 1).fill(0), sum: 0 };
      all.set(value, observed);
      const found = buckets.findIndex((end) => seconds <= end);
      const index = found < 0 ? buckets.length : found;
      observed.counts[index] = (observed.counts[index] ?? 0) + 1;
      observed.sum += seconds;
    },
    write: () => familyOf(name, help, 'histogram', [...all].flatMap(linesOf)),
  };
}

function labelsOf(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return '';
  return `{${pairs.map(([label, value]) => `${label}="${value.replaceAll(/[\\"\n]/g, escapeOf)}"`).join(',')}}`;
}

function escapeOf(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

function familyOf(name: string, help: string, type: string, lines: readonly string[]): string {
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`;
}
