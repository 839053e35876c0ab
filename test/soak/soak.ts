import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { signRequest } from '@nexconn-kit/signing';
import { converse } from './converse.js';
import { createDice, type Dice } from './create-dice.js';
import { type Memory, type MockProcess, startMockProcess } from './start-mock-process.js';

/** How much is soaked. */
export interface SoakOptions {
  readonly rounds: number;
  /** When a round is over: after so many seconds, or after so many requests. */
  readonly round: { readonly seconds: number } | { readonly requests: number };
  readonly seed: number;
  readonly progress?: (report: SoakReport) => void;
}

/** What came of it. */
export interface SoakReport {
  rounds: number;
  requests: number;
  issued: number;
  cutOff: number;
  /** Sent bytes that were no request. */
  garbage: number;
  /** What the mock alone takes at the end of each round. */
  memory: Memory[];
  failures: string[];
}

interface App {
  readonly appKey: string;
  readonly appSecret: string;
}

/** What the callers of one app saw in a round. */
interface Tally {
  sent: number;
  succeeded: number;
  cutOff: number;
}

type Tallies = ReadonlyMap<App, Tally>;

/** Of the bytes that were no request: how often they were sent, and how often an answer came back. */
interface Litter {
  sent: number;
  answered: number;
}

const workers = 48;
const path = '/v4/auth/access-token/issue';
/** What was given up from this side may be on its way through the mock for as long. */
const settleMs = 60_000;
const faults = [
  'latency=2;jitter=2',
  'answer=1008',
  'answer=1050',
  'html=502',
  'not-json',
  'code-on-200=1000',
  'truncate',
  'reset',
  'reset-after',
  'hang',
  'reset, answer=429, success',
];
const garbage = ['hello\r\n\r\n', 'POST / HTTP/1.1\r\n: x\r\n\r\n', `GET /${'x'.repeat(9000)} HTTP/9\r\n\r\n`];
const magicUsers = ['mockFault504', 'mockFaultTruncate', 'mockFaultResetThen429ThenSuccess', 'mockFaultLatency3'];

/**
 * Calls a mock in another process at full speed with random faults, in rounds; at the end of each, what was issued must
 * be what the journal says, and no app may have seen another's users.
 */
export async function soak({ rounds, round, seed, progress }: SoakOptions): Promise<SoakReport> {
  const report: SoakReport = { rounds: 0, requests: 0, issued: 0, cutOff: 0, garbage: 0, memory: [], failures: [] };
  const onRejection = (reason: unknown): number => report.failures.push(`An unhandled rejection: ${reason}`);
  process.on('unhandledRejection', onRejection);
  await using mock = await startMockProcess((what) => report.failures.push(what));
  const development = await mock.console.createApp({ environment: 'development', userLimit: 100, rateLimit: false });
  const limited = await mock.console.createApp({ rateLimit: 500 });
  const apps: App[] = [mock, development, limited];
  const agent = new Agent({ keepAlive: true, maxSockets: workers });
  const dice = createDice(seed);

  while (report.rounds < rounds && report.failures.length === 0) {
    for (const { appKey } of apps) await mock.console.resetState({ appKey });
    await mock.console.clearJournal();
    const tallies = new Map(apps.map((app) => [app, { sent: 0, succeeded: 0, cutOff: 0 }]));
    const isOver = makeEnd(round, tallies);
    const [littered] = await Promise.all([
      litter(mock.url, dice, isOver),
      setRules(mock, apps, dice, isOver),
      ...Array.from({ length: workers }, () => work(mock.url, apps, tallies, agent, dice, isOver)),
    ]);
    const findings = await settle(() => compareRound(mock, tallies, littered));
    report.failures.push(...findings.map((what) => `Round ${report.rounds + 1}: ${what}.`));
    count(report, tallies, littered);
    report.rounds += 1;
    report.memory.push(await mock.measureMemory());
    progress?.(report);
  }
  agent.destroy();
  process.off('unhandledRejection', onRejection);
  judgeMemory(report);
  return report;
}

function makeEnd(round: SoakOptions['round'], tallies: Tallies): () => boolean {
  if ('requests' in round) {
    return () => [...tallies.values()].reduce((sum, { sent }) => sum + sent, 0) >= round.requests;
  }
  const endsAt = performance.now() + round.seconds * 1000;
  return () => performance.now() >= endsAt;
}

async function setRules(mock: MockProcess, apps: readonly App[], dice: Dice, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { appKey } = dice.pick(apps);
    await mock.console.setFault({ appKey, sequence: [{ kind: 'reset' }, { kind: 'answer', code: 1000 }, 'success'] });
    await pause(20);
  }
}

/** Sends what is no request, a few times at least. */
async function litter(url: string, dice: Dice, isOver: () => boolean): Promise<Litter> {
  const litter: Litter = { sent: 0, answered: 0 };
  while (litter.sent < 10 || !isOver()) {
    const { received } = await converse(Number(new URL(url).port), [Buffer.from(dice.pick(garbage))], settleMs);
    litter.sent += 1;
    litter.answered += received.length > 0 ? 1 : 0;
    await pause(5);
  }
  return litter;
}

async function work(
  url: string,
  apps: readonly App[],
  tallies: Tallies,
  agent: Agent,
  dice: Dice,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const app = dice.pick(apps);
    const tally = tallies.get(app);
    if (!tally) return;
    const outcome = await issue(url, app, agent, dice);
    tally.sent += 1;
    tally.succeeded += outcome === 'issued' ? 1 : 0;
    tally.cutOff += outcome === 'cut off' ? 1 : 0;
  }
}

/** Resolves however the call ends; one that hangs is given up. */
function issue(url: string, app: App, agent: Agent, dice: Dice): Promise<'issued' | 'refused' | 'cut off'> {
  const fault = dice.chance(8) ? dice.pick(faults) : undefined;
  const userId = dice.chance(3) ? dice.pick(magicUsers) : `${app.appKey}u${dice.roll(400)}`;
  const body = JSON.stringify({ userId, name: 'Ada' });
  const headers = {
    ...signRequest({ appKey: app.appKey, appSecret: app.appSecret }),
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(fault && { 'X-Mock-Fault': fault }),
  };
  return new Promise((resolve) => {
    const request = httpRequest(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => {});
      response.on('close', () => {
        const whole = response.complete && text.startsWith('{"code":0,');
        resolve(whole ? 'issued' : response.complete ? 'refused' : 'cut off');
      });
    });
    request.on('error', () => resolve('cut off'));
    if (fault === 'hang') request.setTimeout(20, () => request.destroy());
    request.end(body);
  });
}

/** Compares again and again, until nothing is found or what is found has had the time to settle. */
async function settle(compare: () => Promise<string[]>): Promise<string[]> {
  const endsAt = performance.now() + settleMs;
  for (;;) {
    const findings = await compare();
    if (findings.length === 0 || performance.now() > endsAt) return findings;
    await pause(100);
  }
}

async function compareRound(mock: MockProcess, tallies: Tallies, littered: Litter): Promise<string[]> {
  const findings = await compareGarbage(mock, littered);
  for (const [app, tally] of tallies) findings.push(...(await compareApp(mock, app, tally)));
  return findings;
}

async function compareGarbage({ console }: MockProcess, { sent, answered }: Litter): Promise<string[]> {
  const { entries } = await console.listJournal({ status: 400, limit: 10_000 });
  const found = entries.filter(({ appKey }) => appKey === undefined).length;
  const isRight = found >= answered && found <= sent;
  return isRight ? [] : [`${found} entries of what is no request, ${sent} sent, ${answered} answered`];
}

/** Compares an app's state with the journal, and the journal with what its callers saw. */
async function compareApp(mock: MockProcess, { appKey }: App, tally: Tally): Promise<string[]> {
  const entries = await readJournal(mock, appKey);
  const issued = entries.filter(({ code }) => code === 0);
  const users = new Set(issued.map(({ userId }) => userId));
  const app = await mock.console.getApp({ appKey });
  const expected: [string, boolean][] = [
    [`${app.tokenCount} tokens, ${issued.length} in the journal`, app.tokenCount === issued.length],
    [`${app.userCount} users, ${users.size} in the journal`, app.userCount === users.size],
    [`${entries.length} entries, ${tally.sent} sent`, entries.length <= tally.sent],
    [`${entries.length} entries, ${tally.sent - tally.cutOff} answered`, entries.length >= tally.sent - tally.cutOff],
    [`${issued.length} issued, ${tally.succeeded} received`, issued.length >= tally.succeeded],
    [`${issued.length} issued, ${tally.cutOff} cut off`, issued.length <= tally.succeeded + tally.cutOff],
    [
      'a user of another app',
      [...users].every((userId) => userId?.startsWith('mockFault') || userId?.startsWith(appKey)),
    ],
    ['a development app over its limit', app.environment === 'production' || app.userCount <= app.userLimit],
  ];
  return expected.filter(([, holds]) => !holds).map(([what]) => `App Key ${appKey}: ${what}`);
}

function count(report: SoakReport, tallies: Tallies, littered: Litter): void {
  for (const { sent, cutOff, succeeded } of tallies.values()) {
    report.requests += sent;
    report.cutOff += cutOff;
    report.issued += succeeded;
  }
  report.garbage += littered.answered;
}

async function readJournal(mock: MockProcess, appKey: string) {
  const entries: { id: number; code?: number; userId?: string }[] = [];
  for (;;) {
    const page = await mock.console.listJournal({ appKey, afterId: entries.at(-1)?.id ?? 0, limit: 10_000 });
    entries.push(...page.entries);
    if (page.entries.length < 10_000) return entries;
  }
}

/** Flat: the last third of the rounds takes no more than the middle third did, but for noise. */
function judgeMemory({ memory, failures }: SoakReport): void {
  if (memory.length < 3) return;
  const third = Math.floor(memory.length / 3);
  for (const [what, noise] of [
    ['heap', 10],
    ['rss', 40],
  ] as const) {
    const peak = (part: typeof memory): number => Math.max(...part.map((measured) => measured[what]));
    const [middle, last] = [peak(memory.slice(-2 * third, -third)), peak(memory.slice(-third))];
    if (last > middle * 1.1 + noise) failures.push(`The mock's ${what} grew from ${middle} MB to ${last} MB.`);
  }
}
