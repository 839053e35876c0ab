import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.js';
import { startRedis } from '../../support/start-redis.js';
import { startScript } from '../../support/start-script.js';
import { type Child, startCommand } from '../mock/child.js';
import type { HerdResult } from './send-herd.js';

interface MockFacts {
  readonly url: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly tokenCount: number;
  readonly refused: number;
}

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const command = fileURLToPath(new URL('../../../packages/token-server/dist/bin.js', import.meta.url));
const instances = 3;
const perSecond = 200;

/**
 * Measures `nexconn serve` as shipped, on this Node or another one, three of it on one Redis, while all users log in within
 * one second: the limit lets 200 a second through, and whoever would have to wait too long is sent away and comes back.
 */
export async function measureHerd(users: number, node?: string): Promise<Record<string, number>> {
  await run('npx', ['turbo', 'run', 'build', '--filter=@nexconn-kit/cli'], { cwd: repository });
  await using redis = await startRedis();
  await using mock = await startScript(new URL('serve-mock.ts', import.meta.url));
  const api = await mock.ask<MockFacts>({});
  const jwtSecret = randomBytes(32).toString('hex');
  const servers: Child[] = [];
  try {
    for (let count = 0; count < instances; count += 1) servers.push(await startServe(api, redis.url, jwtSecret, node));
    await using herd = await startScript(new URL('send-herd.ts', import.meta.url));
    const endpoints = servers.map(({ port }) => `http://127.0.0.1:${port}/access-token`);
    const sendHerd = (userIds: readonly string[]) => herd.ask<HerdResult>({ endpoints, jwtSecret, users: userIds });
    // Servers that have run for a while, as they have wherever a crowd comes.
    const regulars = userIdsOf('r', 300);
    for (let round = 0; round < 5; round += 1) await sendHerd(regulars);
    const before = await mock.ask<MockFacts>({});
    const { seconds, tokens, sentAway, broken, mostRequests } = await sendHerd(userIdsOf('u', users));
    const { tokenCount, refused } = await mock.ask<MockFacts>({});
    return {
      herdUsers: users,
      herdSeconds: seconds,
      herdTokens: tokens,
      herdIssueCalls: tokenCount - before.tokenCount,
      herdUse: users / (seconds * perSecond),
      herdRefusedUpstream: refused - before.refused,
      herdSentAway: sentAway,
      herdBrokenConnections: broken,
      herdMostRequests: mostRequests,
      herdMaxMegabytes: Math.max(...(await Promise.all(servers.map(peakMegabytes)))),
    };
  } finally {
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
}

function userIdsOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}${index * 7919}x`);
}

async function startServe(
  { url, appKey, appSecret }: MockFacts,
  store: string,
  jwtSecret: string,
  node?: string,
): Promise<Child> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--base-url', url, '--store', store];
  const env = { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_JWT_SECRET: jwtSecret };
  return node ? startCommand(node, [command, ...args], port, env) : startCommand(command, args, port, env);
}

/** The most that was resident at any time, as the kernel has counted it. */
async function peakMegabytes({ process: { pid } }: Child): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}
