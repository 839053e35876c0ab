import { type CallOptions, createProxyFetch, type Fetch } from '@nexconn-kit/client';
import * as client from '@nexconn-kit/client/api';
import { type ApiDescription, createApiClient } from '@nexconn-kit/client/api';
import { describeClient, type ResolvedOperation, readerOf } from '@nexconn-kit/document/compiler';
import { type CliContext, CliError, CommandEnded } from '@nexconn-kit/token-server/command-line';
import { chooseCredentials } from '../../api/credentials.js';
import { findOperation, openDocument } from '../../api/document.js';
import { maskRequest, prepareRequest, watchExchange } from '../../api/exchange.js';
import { chooseServers } from '../../api/servers.js';
import { deadlineFor } from '../../options/deadline.js';
import type { CallFlags } from './flags.js';
import { printAnswer, printRequest } from './print.js';
import { readRequest } from './request.js';

type Method = (request: object, options: CallOptions) => Promise<unknown>;

/**
 * Calls an operation, and prints what it is answered; with `dryRun`, prints the request that would be sent.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION
 * @throws {NexconnError} what the call fails with
 * @throws {CommandEnded} with 1 where the answer is a success that the document does not have
 */
export async function callOperation(
  typed: string,
  words: readonly string[],
  flags: CallFlags,
  ownFlags: ReadonlySet<string>,
  context: CliContext,
): Promise<void> {
  const { resolved, sources } = await openDocument(flags);
  const operation = findOperation(resolved, typed);
  const request = await readRequest(operation, resolved, { words, body: flags.body, ownFlags, typed });
  const servers = chooseServers(resolved, flags, context.env);
  const { credentials, secrets } = chooseCredentials(operation, resolved, { env: context.env, ...flags });
  refuseUnseenBytes(operation, flags);
  const description = describeClient(resolved, [operation], sources, client) as unknown as ApiDescription;
  const { operationId } = operation;
  const { timeoutMs } = flags;

  async function call(fetch: Fetch, signal?: AbortSignal): Promise<void> {
    const deadlineMs = deadlineFor(timeoutMs);
    await using api = createApiClient(description, { servers, credentials, fetch, timeoutMs, deadlineMs });
    const method = Reflect.get(api.operations, operationId) as unknown as Method;
    await method(request, { signal });
  }

  if (flags.dryRun) {
    printRequest(maskRequest(await prepareRequest(call), secrets), flags, context);
    return;
  }
  const { fetch, answer } = watchExchange(createProxyFetch('environment'));
  const failure: unknown = await call(fetch).then(
    () => undefined,
    (error: unknown) => error,
  );
  const seen = answer();
  if (seen) await printAnswer(seen, flags, context);
  if (failure !== undefined) throw failure;
  if (seen && !isDocumented(operation, seen.status)) {
    context.stderr.write(`The document does not have an answer of ${operationId} with HTTP ${seen.status}.\n`);
    throw new CommandEnded(1);
  }
}

/** What is not text goes into a file. */
function refuseUnseenBytes(operation: ResolvedOperation, { out, dryRun }: CallFlags): void {
  if (dryRun || out !== undefined || readerOf(operation) !== 'readBytes') return;
  const message = `${operation.operationId} is answered with ${operation.answerTypes.join(' or ')}. Name a file for it with --out.`;
  throw new CliError(message, { code: 'USAGE' });
}

/** Whether a success of this status is in the document: by itself, or in a range or `default`. */
function isDocumented({ statuses, errors }: ResolvedOperation, status: number): boolean {
  const successes = statuses.filter((each) => each >= 200 && each < 300);
  return successes.length === 0 || successes.includes(status) || Object.hasOwn(errors, 'default');
}
