import { loadDocument } from '@nexconn-kit/document';
import { createMock } from '@nexconn-kit/mock';
import { createDice, type Dice } from '../soak/create-dice.js';
import { askPrism } from './ask-prism.js';
import { type DrawnCall, drawCall } from './draw-call.js';
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
  const raw = await readRawDocument(path).catch(() => undefined);
  const none = { calls: 0, equal: 0, notCompared: 0, failures: 0, crashes: 0, differences: [] };
  const there = raw?.operations.length ?? 0;
  if (loaded instanceof Error) {
    const refused = loaded.message.split('\n').slice(0, 3).join(' ').slice(0, 400);
    return { there, played: 0, refused, warnings: [], loadMs, playableMs: 0, memoryMb: memory(), ...none };
  }
  const { warnings = [] } = loaded as { warnings?: readonly { message: string }[] };
  const keys = new Set(Object.values(loaded.operations).map((operation) => `${operation.method} ${operation.path}`));
  const played = (raw?.operations ?? []).filter((operation) => keys.has(`${operation.method} ${operation.path}`));
  const playing = startClock();
  const mock = createMock({ document: loaded });
  if (played[0]) await mock.fetch(new Request(`http://mock.test${played[0].path}`, { method: playable(played[0]) }));
  const measured = {
    ...{ there, played: played.length, refused: undefined, loadMs, playableMs: loadMs + playing(), memoryMb: memory() },
    warnings: warnings.map(({ message }) => message),
  };
  if (!raw || played.length === 0) return { ...measured, ...none };
  const untilMs = performance.now() + seconds * 1000;
  return { ...measured, ...(await compare(raw, played, mock.fetch, { calls, untilMs, dice: createDice(seed) })) };
}

/** How many calls are drawn at most for one that is compared. */
const drawsOfEach = 3;

async function compare(
  raw: RawDocument,
  played: readonly RawOperation[],
  fetch: (request: Request) => Promise<Response>,
  { calls, untilMs, dice }: { readonly calls: number; readonly untilMs: number; readonly dice: Dice },
): Promise<Pick<Measurement, 'calls' | 'equal' | 'notCompared' | 'failures' | 'crashes' | 'differences'>> {
  const counted = { calls: 0, equal: 0, notCompared: 0, failures: 0, crashes: 0 };
  const differences: string[] = [];
  const order = shuffled(
    played.filter(({ method }) => method !== 'TRACE'),
    dice,
  );
  const isDone = (): boolean => counted.calls - counted.notCompared >= calls || counted.calls >= drawsOfEach * calls;
  for (let index = 0; !isDone() && order.length > 0 && performance.now() < untilMs; index += 1) {
    const call = drawCall(raw, order[index % order.length] as RawOperation, dice);
    counted.calls += 1;
    const ours = await askMock(fetch, call).catch((error: Error) => error);
    const theirs = await askPrism(raw, call).catch((error: Error) => error);
    const told = `${call.operation.method} ${call.operation.path} (${call.change})`;
    if (ours instanceof Error) {
      counted.crashes += 1;
      differences.push(`${told}: ours throws ${ours.message.slice(0, 200)}`);
      continue;
    }
    const isOwn = ours.status >= 500 && !isDocumented(raw, call, ours.status);
    if (isOwn) counted.failures += 1;
    const fails = theirs instanceof Error || (theirs >= 500 && !isDocumented(raw, call, theirs));
    if (fails) counted.notCompared += 1;
    else if (Math.floor(ours.status / 100) === Math.floor(theirs / 100)) counted.equal += 1;
    if (isOwn || (!fails && Math.floor(ours.status / 100) !== Math.floor(theirs / 100))) {
      differences.push(
        `${told}: ours ${ours.status}, Prism ${theirs instanceof Error ? theirs.message.slice(0, 100) : theirs}; ${ours.text.slice(0, 300)}`,
      );
    }
  }
  return { ...counted, differences };
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

function playable({ method }: RawOperation): string {
  return method === 'TRACE' ? 'GET' : method;
}

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const left = [...items];
  return items.map(() => left.splice(dice.roll(left.length), 1)[0] as T);
}

function memory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
