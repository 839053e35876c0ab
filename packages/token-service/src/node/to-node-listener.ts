import type { IncomingMessage, ServerResponse } from 'node:http';
import { callListener } from '../call-listener.js';
import { refuseOption } from '../errors.js';
import { createFailureReport } from '../handler/report-failures.js';
import { answerOf, type TokenAnswer } from '../handler/token-answer.js';
import { createAdmission } from './admission.js';
import { endOfIteration } from './end-of-iteration.js';
import { streamOf, toRequest } from './to-request.js';

/** How many of a crowd start before the process gets to its other work. */
const maxStarts = 16;

/**
 * Returns a listener for `node:http` that answers with a token handler; Express takes it as a route as well.
 *
 * The handler's `authenticate` gets the incoming message behind the request, with what a session middleware put on it.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 * @example
 * createServer(toNodeListener(handler)).listen(4020);
 * app.all('/access-token', toNodeListener(handler));
 */
export function toNodeListener<Incoming extends IncomingMessage = IncomingMessage>(
  handler: (request: Request, incoming: Incoming) => Promise<Response>,
): (incoming: Incoming, outgoing: ServerResponse) => void {
  return createListener(handler, (incoming) => incoming);
}

/**
 * Creates a listener whose handler gets behind the request what `contextOf` returns of the message.
 *
 * @throws {TokenServiceError} INVALID_OPTION
 */
export function createListener<Incoming extends IncomingMessage, Context>(
  handler: (request: Request, context: Context) => Promise<Response>,
  contextOf: (incoming: Incoming) => Context,
): (incoming: Incoming, outgoing: ServerResponse) => void {
  checkHandler(handler);
  const answerTo = answerOf(handler);
  const admit = createAdmission(maxStarts);
  const report = createFailureReport();

  async function answer(incoming: Incoming, outgoing: ServerResponse): Promise<void> {
    const request = toRequest(incoming);
    if (request === undefined) {
      outgoing.writeHead(400, { 'Cache-Control': 'no-store', ...(hasConnection(incoming) && { Connection: 'close' }) });
      outgoing.end();
      return;
    }
    await send(await answerTo(request, contextOf(incoming)), incoming, outgoing);
  }

  return function listenForTokenRequests(incoming, outgoing) {
    admit(() => {
      // The caller may have gone while the request waited.
      if (outgoing.destroyed || streamOf(incoming)?.destroyed) return;
      answer(incoming, outgoing).catch((error) => {
        outgoing.destroy();
        callListener('toNodeListener', report, { code: 'INTERNAL_ERROR', status: 500, userId: undefined, error });
      });
    });
  };
}

/** @throws {TokenServiceError} INVALID_OPTION */
function checkHandler(handler: unknown): void {
  if (typeof handler !== 'function') refuseOption('handler', 'is no function. Pass what createTokenHandler returns.');
}

async function send(answer: TokenAnswer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  await endOfIteration();
  outgoing.statusCode = status;
  for (const [name, value] of headers) {
    // What a middleware has set before stays true, and each cookie has a header of its own.
    if (addedNames.has(name.toLowerCase())) outgoing.appendHeader(name, value);
    else outgoing.setHeader(name, value);
  }
  // The rest of an oversized body is not worth waiting for; any other is read, so that the connection can be used again.
  const isLast = status === 413 || isForLater(answer) || isCutOff(answer, incoming);
  if (isLast && hasConnection(incoming)) outgoing.setHeader('Connection', 'close');
  if (!incoming.readableEnded) incoming.resume();
  if (status !== 204) outgoing.setHeader('Content-Length', Buffer.byteLength(body ?? ''));
  outgoing.end(body);
}

const addedNames = new Set(['vary', 'set-cookie']);

/** HTTP/2 has no such header: its connection is that of others, too. */
function hasConnection({ httpVersionMajor }: IncomingMessage): boolean {
  return httpVersionMajor === 1;
}

/** What was waited for in vain may never come, and would hold the connection for as long: a server may have no time limit. */
function isCutOff({ status }: TokenAnswer, { complete }: IncomingMessage): boolean {
  return status === 400 && complete === false;
}

/** Node keeps an idle connection for five seconds; the connections of a crowd that comes back later only take memory. */
function isForLater({ status, headers }: TokenAnswer): boolean {
  if (status !== 503) return false;
  const [, seconds] = headers.find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
  return Number(seconds) >= 5;
}
