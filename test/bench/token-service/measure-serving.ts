import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startPostgres } from '../../support/start-postgres.js';
import { startRedis } from '../../support/start-redis.js';
import { startScript } from '../../support/start-script.js';
import { median, medianRatio } from '../medians.js';
import { type Child, startScript as startBuilt } from '../mock/child.js';
import { findNode24, onNode24 } from '../node-24.js';
import { installPeers, peersFolder } from '../peers.js';
import type { Job, LoadResult } from './load-tokens.js';

/** How much is measured. */
export interface ServingForm {
  readonly served: number;
  readonly rounds: number;
  readonly secondsARound: number;
}

interface MockFacts {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
}

const connections = 32;
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Measures how many stored tokens a second are served over HTTP from each store, against a handler that answers as much
 * out of nothing through the same listener, both as built; from SQLite on Node 24 as well. Beside them stand what others do
 * on Express: a token signed for each request, as for LiveKit, and a call of the API for each, without its rate limit. Every round measures all of them: what slows one down slows the others.
 */
export async function measureServing(form: ServingForm): Promise<Record<string, number>> {
  await promisify(execFile)('npx', ['turbo', 'run', 'build', '--filter=@nexconn-kit/token-service'], {
    cwd: repository,
  });
  const folder = await mkdtemp(join(tmpdir(), 'bench-serving-'));
  try {
    await using redis = await startRedis();
    await using postgres = await startPostgres();
    await using mock = await startScript(new URL('serve-mock.ts', import.meta.url));
    const { url, appKey, appSecret } = await mock.ask<MockFacts>({});
    const serve = (place: string, node?: string): Promise<Child> =>
      startBuilt('../token-service/serve-tokens.js', { args: [place, `${form.served}`, url, appKey, appSecret], node });
    const node24 = findNode24();
    await using bare = await serve('');
    await using fromSqlite = await serve(join(folder, 'tokens.db'));
    await using fromRedis = await serve(redis.url);
    await using fromPostgres = await serve(postgres.url);
    await installPeers();
    await using freeMock = await startScript(new URL('serve-mock.ts', import.meta.url), ['1000000']);
    const { url: freeUrl } = await freeMock.ask<MockFacts>({});
    const serveLike = (way: string): Promise<Child> =>
      startBuilt('../token-service/serve-others.js', { args: [way, peersFolder, freeUrl, appKey, appSecret] });
    await using likeLivekit = await serveLike('livekit');
    await using likeSdk = await serveLike('sdk');
    await using bare24 = node24 ? await serve('', node24) : undefined;
    await using fromSqlite24 = node24 ? await serve(join(folder, 'tokens-24.db'), node24) : undefined;
    const on24 = { ...(bare24 && fromSqlite24 && { bare24, fromSqlite24 }) };
    const rates = await measureRates(
      { bare, fromSqlite, fromRedis, fromPostgres, likeLivekit, likeSdk, ...on24 },
      form,
    );
    const fromSqliteBesideBare = (suffix: string): Record<string, number> => ({
      servedBarePerSecond: median(rates[`bare${suffix}`]),
      servedSqlitePerSecond: median(rates[`fromSqlite${suffix}`]),
      servedSqliteVsBare: medianRatio(rates[`fromSqlite${suffix}`], rates[`bare${suffix}`]),
    });
    return {
      ...fromSqliteBesideBare(''),
      ...(node24 ? onNode24(fromSqliteBesideBare('24')) : {}),
      servedRedisVsBare: medianRatio(rates.fromRedis, rates.bare),
      servedPostgresVsBare: medianRatio(rates.fromPostgres, rates.bare),
      servedSqliteVsLivekit: medianRatio(rates.fromSqlite, rates.likeLivekit),
      servedSqliteVsSdk: medianRatio(rates.fromSqlite, rates.likeSdk),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves with the requests a second of each server in each round; one round more is not counted, since it warms up. */
async function measureRates(
  servers: Readonly<Record<string, Child>>,
  { served, rounds, secondsARound }: ServingForm,
): Promise<Record<string, number[]>> {
  await using load = await startScript(new URL('load-tokens.ts', import.meta.url));
  const rates = Object.fromEntries(Object.keys(servers).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      const job: Job = { port: server.port, connections, seconds: secondsARound, users: served };
      const { perSecond, refused, last } = await load.ask<LoadResult>(job);
      if (refused > 0) throw new Error(`${name} refused ${refused} requests: ${last}`);
      if (round > 0) rates[name]?.push(perSecond);
    }
  }
  return rates;
}
