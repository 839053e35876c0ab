import { createProxyFetch, type Fetch } from '@nexconn-kit/client';
import { servers } from '@nexconn-kit/contract';
import type { ResolvedDocument, ResolvedOperation } from '@nexconn-kit/document/compiler';
import { type CliContext, CliError, CommandEnded } from '@nexconn-kit/token-server/command-line';
import { chooseCredentials } from '../../api/credentials.js';
import { findOperation, openDocument } from '../../api/document.js';
import { testContract } from '../../contract-test/test-contract.js';
import { parseBaseUrl } from '../../options/base-url.js';
import { warningLines } from '../../options/document.js';
import { performanceNow, setTimeout } from '../../system-time.js';
import type { TestFlags } from './flags.js';
import { reports } from './report.js';

/**
 * Tests a server, and prints the report.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION; COMMAND_FAILED where the server does not answer
 * @throws {CommandEnded} with 1 where the server has a fault
 */
export async function runTest(flags: TestFlags, { env, stdout, stderr }: CliContext): Promise<void> {
  const url = checkUrl(flags);
  const { resolved, sources } = await openDocument(flags);
  stderr.write(warningLines(resolved));
  const operations = chosenOf(resolved, flags);
  const credentials = new Map(operations.map((each) => [each, chooseCredentials(each, resolved, { env, ...flags })]));
  const { fetch, unreachable } = untilHeard(createProxyFetch('environment'));
  const endsAt = performanceNow() + flags.maxSeconds * 1000;
  const report = await testContract({
    ...{ resolved, sources, operations, url, fetch },
    credentialsOf: (operation) => credentials.get(operation) ?? { credentials: {}, secrets: [] },
    seed: flags.seed ?? Math.floor(Math.random() * 1e9),
    ...{ runs: flags.runs, timeoutMs: flags.timeoutMs },
    pace: createPace(flags.rate),
    isOver: () => unreachable() !== undefined || performanceNow() > endsAt,
  });
  const cause = unreachable();
  if (cause !== undefined) {
    const message = `Nothing answers at ${url}. Start the server, or correct --url.`;
    throw new CliError(message, { code: 'COMMAND_FAILED', cause });
  }
  stdout.write(reports[flags.json ? 'json' : flags.report](report));
  if (report.operations.some(({ faults }) => faults.length > 0)) throw new CommandEnded(1);
}

/** @throws {CliError} USAGE */
function checkUrl({ url, dangerouslyTestProduction }: TestFlags): string {
  const { hostname } = parseBaseUrl(url);
  const isProduction = servers.some((server) => new URL(server.url).hostname === hostname);
  if (!isProduction || dangerouslyTestProduction) return url;
  const message =
    `${hostname} is a host of the Nexconn Server API itself, where a test makes users and ends tokens. Test a mock ` +
    '(nexconn mock), or set --dangerously-test-production with the credentials of a development app.';
  throw new CliError(message, { code: 'USAGE' });
}

/** @throws {CliError} USAGE */
function chosenOf(resolved: ResolvedDocument, { operation }: TestFlags): readonly ResolvedOperation[] {
  return operation?.map((name) => findOperation(resolved, name)) ?? resolved.operations;
}

/** Returns a `fetch` over another, and why nothing has answered at all; undefined once something has. */
function untilHeard(fetch: Fetch): { readonly fetch: Fetch; readonly unreachable: () => unknown } {
  let isHeard = false;
  let failure: unknown;
  return {
    unreachable: () => failure,
    async fetch(request) {
      try {
        const response = await fetch(request);
        isHeard = true;
        return response;
      } catch (error) {
        // What takes long is there.
        if (!isHeard && !request.signal.aborted) failure = error;
        throw error;
      }
    },
  };
}

/** Returns what waits until the next of so many requests a second may be sent. */
function createPace(rate: number): () => Promise<void> {
  let next = 0;
  return async function pace() {
    const now = performanceNow();
    const at = Math.max(now, next);
    next = at + 1000 / rate;
    if (at > now) await new Promise<void>((resolve) => void setTimeout(resolve, at - now));
  };
}
