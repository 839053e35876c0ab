import { signRequest } from '@nexconn-kit/signing';
import { toApi } from '../../src/document/api.js';
import { createPipeline, type Pipeline } from '../../src/pipeline/pipeline.js';
import { resolveOptions } from '../../src/resolve-options.js';

const nexconnApi = toApi();

const million = 1_000_000;
const rounds = 21;
const requestsPerRound = 1000;
const credentials = { appKey: 'uwd1c0sxdlx2', appSecret: 'Y1W2MeFwwwRxa0' };

/**
 * Compares a mock that has issued a million tokens, to as many users, with one that has issued next to none.
 *
 * `requestRatio` is the median over interleaved rounds of whole requests, `issueRatio` that of the state alone.
 */
async function measureMockState(): Promise<Record<string, number>> {
  const rssBefore = process.memoryUsage().rss;
  const full = startPipeline();
  // Neither half of a round may be the one whose code is cold.
  for (const pipeline of [full, startPipeline()]) await secondsForRequests(pipeline);
  const empty = startPipeline();
  const issueFirst = Float64Array.from({ length: 20_000 }, (_unused, user) => microsToIssue(empty, user));
  for (let user = 0; user < million; user += 1) microsToIssue(full, user);
  const issueLast = Float64Array.from({ length: 20_000 }, (_unused, user) => microsToIssue(full, million + user));
  const rss = process.memoryUsage().rss;

  const fresh = startPipeline();
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const early = await secondsForRequests(round % 2 ? full : fresh);
    const late = await secondsForRequests(round % 2 ? fresh : full);
    ratios.push(round % 2 ? early / late : late / early);
  }
  const result = {
    tokens: full.service.app(credentials.appKey).tokenCount,
    rssBeforeMb: megabytes(rssBefore),
    rssMb: megabytes(rss),
    issueFirstUs: rounded(median(issueFirst)),
    issueLastUs: rounded(median(issueLast)),
    issueRatio: rounded(median(issueLast) / median(issueFirst)),
    requestRatio: rounded(median(ratios)),
  };
  return result;
}

function startPipeline(): Pipeline {
  return createPipeline(nexconnApi, resolveOptions({ rateLimit: million }));
}

function microsToIssue({ service }: Pipeline, user: number): number {
  const request = { userId: `user${user}`, name: `Name ${user}`, avatarUrl: `http://example.com/avatar/${user}.png` };
  const token = `${user}/`.padEnd(96, '7FDmy0Fou41r+A6H8VODu233zkQsbE8e');
  const start = performance.now();
  service.issue(credentials.appKey, request, token);
  return (performance.now() - start) * 1000;
}

async function secondsForRequests({ answer }: Pipeline): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < requestsPerRound; count += 1) {
    const signature = Object.entries(signRequest(credentials)).map(([name, value]) => [name.toLowerCase(), value]);
    const { status } = await answer({
      method: 'POST',
      path: '/v4/auth/access-token/issue',
      query: new URLSearchParams(),
      headers: { ...Object.fromEntries(signature), 'content-type': 'application/json' },
      body: bodyOf(`request${count}`),
    });
    if (status !== 200) throw new Error(`Expected 200, got ${status}.`);
  }
  return (performance.now() - start) / 1000;
}

async function* bodyOf(userId: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify({ userId, name: 'Ada' }));
}

function median(values: Iterable<number>): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}

console.log(JSON.stringify(await measureMockState()));
