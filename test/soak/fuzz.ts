import { startMock } from '@nexconn-kit/mock';
import { converse } from './converse.js';
import { createDice, type Dice } from './create-dice.js';
import { type FuzzedRequest, fuzzRequest } from './fuzz-request.js';
import { type RawResponse, readResponses } from './read-responses.js';

/** How much is fuzzed. */
export interface FuzzOptions {
  readonly count: number;
  /** The same seed sends the same bytes, but for times and nonces. */
  readonly seed: number;
  readonly progress?: (sent: number) => void;
}

/** What came of it. */
export interface FuzzReport {
  sent: number;
  connections: number;
  answered: number;
  /** How often each status was answered. */
  statuses: Record<string, number>;
  /** The first things that must not happen, with what was sent. */
  failures: string[];
}

/** Connections at a time: few enough that on a busy machine, too, each has sent its headers in the ten seconds that the mock waits. */
const parallel = 50;
const maxFailures = 10;
/** How long to wait for answers that must come, even from a busy machine, and for those that may not. */
const patientMs = 60_000;
const impatientMs = 100;
const stackTrace = /\bat .+:\d+:\d+|node:internal|node_modules|\w+Error: /;

/** Sends fuzzed requests to a mock: each must be answered in the shape of the API, or its connection be closed. */
export async function fuzz({ count, seed, progress }: FuzzOptions): Promise<FuzzReport> {
  const report: FuzzReport = { sent: 0, connections: 0, answered: 0, statuses: {}, failures: [] };
  const log = (line: string): void => {
    if (line.includes('failed inside')) fail(report, line, []);
  };
  // On a busy machine the next request of a connection comes later than an idle connection is kept for.
  await using mock = await startMock({ port: 0, rateLimit: false, rules: { keepAliveTimeoutMs: patientMs }, log });
  const port = Number(new URL(mock.url).port);
  const dice = createDice(seed);

  async function work(): Promise<void> {
    while (report.sent < count && report.failures.length < maxFailures) {
      const requests = fuzzConnection(dice, mock, count - report.sent);
      report.sent += requests.length;
      report.connections += 1;
      const parts = requests.flatMap((request) => request.parts);
      const answerable = countAnswerable(requests);
      const hasAll = (received: Buffer): boolean =>
        answerable > 0 && readResponses(received, requests[0]?.head === true).responses.length >= answerable;
      const conversation = await converse(port, parts, answerable > 0 ? patientMs : impatientMs, hasAll);
      judge(report, requests, conversation.received, conversation.stuck);
      progress?.(report.sent);
    }
  }

  await Promise.all(Array.from({ length: parallel }, work));
  return report;
}

/** Returns the requests of one connection; what may confuse the order of the answers comes last. */
function fuzzConnection(dice: Dice, credentials: { appKey: string; appSecret: string }, left: number): FuzzedRequest[] {
  const wanted = Math.min(left, 1 + dice.roll(12));
  const requests: FuzzedRequest[] = [];
  while (requests.length < wanted) {
    const request = fuzzRequest(dice, credentials, requests.length + 1 === wanted);
    // One answer without a body could not be told from the next one's start.
    if (request.head && requests.length > 0) continue;
    requests.push(request);
    if (!request.wellFormed || request.cut) break;
  }
  return requests;
}

function judge(report: FuzzReport, requests: readonly FuzzedRequest[], received: Buffer, stuck: boolean): void {
  const { responses, rest } = readResponses(received, requests[0]?.head === true);
  const toConsole = requests.some((request) => request.console);
  if (stuck) fail(report, 'The connection did not end.', requests);
  // A refusal of the headers has a body even for HEAD: the method is not known by then.
  const mayHaveRest = requests.some(({ cut, head }) => cut || (head && responses[0]?.status === 431));
  if (rest !== '' && !mayHaveRest) fail(report, `An answer is not whole: ${rest.slice(0, 300)}`, requests);
  const answerable = countAnswerable(requests);
  // Only who sends too much is cut off before the end.
  if (responses.length < answerable && !responses.some(({ status }) => status === 413 || status === 431)) {
    fail(report, `${responses.length} answers to ${answerable} requests.`, requests);
  }
  for (const response of responses) {
    report.answered += 1;
    report.statuses[response.status] = (report.statuses[response.status] ?? 0) + 1;
    const wrong = findWrong(response, requests, toConsole);
    if (wrong) fail(report, `${wrong}: ${response.status} ${response.body.slice(0, 500)}`, requests);
  }
}

/** What is no HTTP ends the connection at once, and a reset too, whether those before it were answered or not. */
function countAnswerable(requests: readonly FuzzedRequest[]): number {
  return requests.every(({ wellFormed, cut }) => wellFormed && !cut) ? requests.length : 0;
}

/** Returns what is wrong with an answer; undefined where nothing is. */
function findWrong({ status, headers, body }: RawResponse, requests: readonly FuzzedRequest[], toConsole: boolean) {
  if (stackTrace.test(body) || stackTrace.test(headers)) return 'A stack trace';
  if (body === '') return status === 204 || status === 403 || requests[0]?.head ? undefined : 'No body';
  if (/^x-mock-fault: (html|not-json)/im.test(headers)) return undefined;
  if (toConsole && !headers.includes('application/json')) return undefined;
  const parsed = parse(body);
  if (parsed === undefined) return 'No JSON';
  if (toConsole && typeof parsed.code !== 'number') return undefined;
  if (parsed.code === 0)
    return typeof parsed.result === 'object' && status === 200 ? undefined : 'Not the shape of a success';
  if (typeof parsed.code !== 'number' || typeof parsed.errorMessage !== 'string') return 'Not the shape of an error';
  const asked = /^x-mock-fault:/im.test(headers);
  if (parsed.code === 1000 && !asked) return 'An internal error';
  return status >= 400 || asked ? undefined : 'An error on HTTP 200';
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function fail(report: FuzzReport, what: string, requests: readonly FuzzedRequest[]): void {
  if (report.failures.length >= maxFailures) return;
  const bytes = Buffer.concat(requests.flatMap(({ parts }) => parts));
  report.failures.push(`${what}\n  sent: ${JSON.stringify(bytes.toString('latin1').slice(0, 2000))}`);
}
