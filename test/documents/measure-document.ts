import { type LoadedDocument, loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { createDice, type Dice } from '../soak/create-dice.js';
import { createAskedPrism } from './ask-prism.js';
import { type BodyJudge, createBodyJudge } from './body-judge.js';
import { type DrawnCall, drawCall } from './draw-call.js';
import { type Explanation, explainDifference } from './explain-difference.js';
import { membersOf, type RawDocument, type RawOperation, readRawDocument } from './raw-document.js';
import { startClock } from './start-clock.js';

/** What came of one document. */
export interface Measurement {
  /** Operations of the document as written, and of them those that are played. */
  readonly there: number;
  readonly played: number;
  /** The first lines of the error with which it was refused whole. */
  readonly refused: string | undefined;
  readonly warnings: readonly string[];
  /** CPU time of loading it, and until the first call is answered. */
  readonly loadMs: number;
  readonly playableMs: number;
  /** The most memory that the process had by then. */
  readonly memoryMb: number;
  readonly calls: number;
  /** Calls that the mock and Prism answer with one class of status. */
  readonly equal: number;
  /** Calls that Prism fails at, or that only tell a fault of it. */
  readonly notCompared: number;
  /** Answers of 5xx that the document does not have. */
  readonly failures: number;
  readonly crashes: number;
  /** How many of the others are answered otherwise on purpose, and why. */
  readonly explained: Partial<Record<Explanation, number>>;
  /** Each call that was answered otherwise, and what of it. */
  readonly differences: readonly string[];
}

/**
 * Loads a document, plays it, and compares the answers to drawn calls with those of Prism, until so many are compared. The calls
 * end after some time: for one operation of schemas that contain each other Prism takes seconds.
 */
export async function measureDocument(
  path: string,
  calls: number,
  seed: number,
  seconds: number,
): Promise<Measurement> {
  const loading = startClock();
  const loaded = await loadDocument(path).catch((error: Error) => error);
  const loadMs = loading();
  const none = { calls: 0, equal: 0, notCompared: 0, failures: 0, crashes: 0, explained: {}, differences: [] };
  const readRaw = () => readRawDocument(path).catch(() => undefined);
  if (loaded instanceof Error) {
    const memoryMb = memory();
    const there = (await readRaw())?.operations.length ?? 0;
    const refused = loaded.message.split('\n').slice(0, 3).join(' ').slice(0, 400);
    return { there, played: 0, refused, warnings: [], loadMs, playableMs: 0, memoryMb, ...none };
  }
  const { warnings = [] } = loaded as { warnings?: readonly { message: string }[] };
  const playing = startClock();
  const mock = createMock({ document: loaded });
  const [first] = Object.values(loaded.operations);
  if (first) await mock.fetch(new Request(`http://mock.test${first.path}`, { method: playable(first) }));
  const measured = { loadMs, playableMs: loadMs + playing(), memoryMb: memory() };
  // What is compared with is read when the document's own memory has been measured.
  const raw = await readRaw();
  const there = raw?.operations.length ?? 0;
  const keys = new Set(Object.values(loaded.operations).map((operation) => `${operation.method} ${operation.path}`));
  const played = (raw?.operations ?? []).filter((operation) => keys.has(`${operation.method} ${operation.path}`));
  const told = {
    ...measured,
    ...{ there, played: played.length, refused: undefined, warnings: warnings.map(({ message }) => message) },
  };
  if (!raw || played.length === 0) return { ...told, ...none };
  const compared = await compare(loaded, raw, played, mock.fetch, { calls, seconds, dice: createDice(seed) });
  return { ...told, ...compared };
}

/** How many calls are drawn at most for one that is compared. */
const drawsOfEach = 20;

type Compared = Pick<
  Measurement,
  'calls' | 'equal' | 'notCompared' | 'failures' | 'crashes' | 'explained' | 'differences'
>;

async function compare(
  loaded: LoadedDocument,
  raw: RawDocument,
  played: readonly RawOperation[],
  fetch: (request: Request) => Promise<Response>,
  { calls, seconds, dice }: { readonly calls: number; readonly seconds: number; readonly dice: Dice },
): Promise<Compared> {
  const counted = { calls: 0, equal: 0, notCompared: 0, failures: 0, crashes: 0 };
  const explained: Partial<Record<Explanation, number>> = {};
  const differences: string[] = [];
  const prism = createAskedPrism(raw);
  let bodyJudge: BodyJudge | undefined;
  const startedMs = performance.now();
  const hasPassed = (part: number): boolean => performance.now() - startedMs > part * seconds * 1000;
  const isDone = (): boolean => counted.calls - counted.notCompared >= calls || counted.calls >= drawsOfEach * calls;
  const all = shuffled(
    played.filter(({ method }) => method !== 'TRACE'),
    dice,
  );
  for (let index = 0; !isDone() && all.length > 0 && !hasPassed(1); index += 1) {
    // Where Prism is slow, there are more calls of some operations in place of few of many.
    const read = hasPassed(1 / 3) ? all.filter(prism.hasRead) : all;
    const order = read.length > 0 ? read : all;
    const call = drawCall(raw, order[index % order.length] as RawOperation, dice);
    counted.calls += 1;
    const ours = await askMock(fetch, call).catch((error: Error) => error);
    const theirs = await prism.ask(call).catch((error: Error) => error);
    const told = describeCall(call);
    if (ours instanceof Error) {
      counted.crashes += 1;
      differences.push(`${told}: ours throws ${ours.message.slice(0, 200)}`);
      continue;
    }
    const { status } = ours;
    const isOwn = status >= 500 && !isDocumented(raw, call, status);
    if (isOwn) counted.failures += 1;
    const fails = theirs instanceof Error || (theirs >= 500 && !isDocumented(raw, call, theirs));
    const isEqual = !fails && Math.floor(status / 100) === Math.floor(theirs / 100);
    if (fails) counted.notCompared += 1;
    else if (isEqual) counted.equal += 1;
    if (isEqual || (fails && !isOwn)) continue;
    bodyJudge ??= createBodyJudge(loaded);
    const why = fails ? undefined : await explainDifference(call, { ours: status, theirs }, raw, bodyJudge);
    if (why !== undefined) explained[why] = (explained[why] ?? 0) + 1;
    const answered = fails ? String(theirs).slice(0, 100) : theirs;
    differences.push(
      `${told}: ours ${status}, Prism ${answered} (${why ?? 'unexplained'}); ${ours.text.slice(0, 300)}`,
    );
  }
  return { ...counted, explained, differences };
}

function describeCall({ operation, path, query, change, headers, body }: DrawnCall): string {
  const search = new URLSearchParams(query.map(([name, value]) => [name, value]));
  const sent = body === undefined ? '' : `, ${headers['content-type']}: ${body.slice(0, 300)}`;
  return `${operation.method} ${path}${search.size > 0 ? '?' : ''}${search} (${change}${sent})`;
}

function isDocumented({ resolve }: RawDocument, { operation }: DrawnCall, status: number): boolean {
  const responses = Object.keys(membersOf(resolve(operation.definition).responses));
  return responses.some((key) => key === `${status}` || key.toUpperCase() === '5XX' || key === 'default');
}

async function askMock(
  fetch: (request: Request) => Promise<Response>,
  call: DrawnCall,
): Promise<{ status: number; text: string }> {
  const search = new URLSearchParams(call.query.map(([name, value]) => [name, value])).toString();
  const url = `http://mock.test${call.path}${search === '' ? '' : `?${search}`}`;
  const { method } = call.operation;
  const response = await fetch(new Request(url, { method, headers: call.headers, body: call.body ?? null }));
  return { status: response.status, text: await response.text() };
}

function playable({ method }: Pick<RawOperation, 'method'>): string {
  return method === 'TRACE' ? 'GET' : method;
}

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const left = [...items];
  return items.map(() => left.splice(dice.roll(left.length), 1)[0] as T);
}

function memory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
