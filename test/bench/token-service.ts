import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScript } from '../support/start-script.js';
import { findNode24, onNode24 } from './node-24.js';
import { printResults } from './print-results.js';
import { measureHerd } from './token-service/measure-herd.js';
import { measureServing } from './token-service/measure-serving.js';

const forms = {
  full: {
    herd: 20_000,
    stored: 1_000_000,
    reissueSeconds: 30,
    serving: { served: 10_000, rounds: 7, secondsARound: 3 },
  },
  short: { herd: 4_000, stored: 20_000, reissueSeconds: 5, serving: { served: 1_000, rounds: 3, secondsARound: 1 } },
};
const wanted: Record<string, string> = {
  herdTokens: 'one for each user',
  herdIssueCalls: 'one for each user',
  herdUse: 'at least 0.98',
  herdRefusedUpstream: '0',
  herdMaxMegabytes: 'at most 300',
  servedSqliteVsBare: 'at least 0.7',
  servedRedisVsBare: 'at least 0.6',
  servedPostgresVsBare: 'at least 0.35',
  reissuePerSecond: 'at least 198',
  reissueGrowthMegabytes: 'no more than noise',
};

type Form = (typeof forms)['full'];

interface MockFacts {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
}

/**
 * Measures a herd of log-ins on three instances that share a Redis, serving stored tokens over HTTP, and issuing anew after
 * a rotation; the first two on Node 24 as well.
 *
 * `--short` as the last argument, or BENCH_SHORT=1, takes fewer users.
 */
export async function benchTokenService(): Promise<Record<string, number>> {
  const form = process.argv.includes('--short') || process.env.BENCH_SHORT ? forms.short : forms.full;
  const node24 = findNode24();
  const results = {
    ...(await measureHerd(form.herd)),
    // A part of the herd is enough to see a difference.
    ...(node24 ? onNode24(await measureHerd(form.herd / 4, node24)) : {}),
    ...(await measureServing(form.serving)),
    ...(await measureReissue(form)),
  };
  printResults('token-service', results, wanted);
  return results;
}

async function measureReissue({ stored, reissueSeconds }: Form): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-token-service-'));
  try {
    await using mock = await startScript(new URL('token-service/serve-mock.ts', import.meta.url));
    await using service = await startScript(new URL('token-service/reissue.ts', import.meta.url));
    const { url: baseUrl, appKey, appSecret } = await mock.ask<MockFacts>({});
    const task = {
      baseUrl,
      appKey,
      appSecret,
      file: join(folder, 'tokens.db'),
      users: stored,
      seconds: reissueSeconds,
    };
    const { perSecond, growthMegabytes, remainingHours } = await service.ask<Record<string, number>>(task);
    return {
      reissueStoredUsers: stored,
      reissuePerSecond: perSecond ?? Number.NaN,
      reissueGrowthMegabytes: growthMegabytes ?? Number.NaN,
      reissueRemainingHours: remainingHours ?? Number.NaN,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
