import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Api } from '../document/api.js';
import { cutResponse } from '../faults/cut-answer.js';
import { errorBody, wordsOf } from '../http/api-error.js';
import { addHeaders } from '../http/finish-answer.js';
import { splitTarget } from '../http/read-request.js';
import type { MockAnswer, MockRequest } from '../http/types.js';
import type { EarlyAnswer } from '../pipeline/record.js';
import { setImmediate } from '../system-time.js';
import { limitPipelining, wasHeldBack } from './limit-pipelining.js';
import { type MalformedError, readRequestLine, refuseMalformed } from './refuse-malformed.js';

/** How long a caller may take to send, and what is called when one is refused. */
interface ListenerOptions {
  /** From the first byte to the end of the headers, in milliseconds. Default: 10000. */
  readonly headersTimeoutMs?: number;
  /** From the first byte to the end of the body, in milliseconds. Default: 30000. */
  readonly requestTimeoutMs?: number;
  /** How often connections are looked at for that, in milliseconds. Default: 1000. */
  readonly checkIntervalMs?: number;
  /** How long an idle connection is kept, in milliseconds; 0 for no longer than its answer. Default: 5000. */
  readonly keepAliveTimeoutMs?: number;
  /** Called with what was refused before it came to the pipeline. Default: nothing is called. */
  readonly onRefused?: (refused: EarlyAnswer) => void;
  /** A certificate and its key, in PEM. Default: none, plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

const lastRequest = Symbol('lastRequest');

const lastResponse = Symbol('lastResponse');

/** A connection with its last request; a map would have the garbage collector move every request. */
interface Connection extends Socket {
  [lastRequest]?: IncomingMessage;
  [lastResponse]?: ServerResponse;
}

interface Delivery {
  readonly response: ServerResponse;
  readonly answer: MockAnswer;
}

/** Creates the HTTP server in front of a pipeline; what does not parse as HTTP is answered in the API's shape too. */
export function createListener(
  api: Pick<Api, 'envelope' | 'errors'>,
  answer: (request: MockRequest) => Promise<MockAnswer>,
  {
    headersTimeoutMs = 10_000,
    requestTimeoutMs = 30_000,
    checkIntervalMs = 1000,
    keepAliveTimeoutMs = 5000,
    onRefused = () => undefined,
    tls,
  }: ListenerOptions = {},
): Server {
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: checkIntervalMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    // Node itself would refuse without a body.
    requireHostHeader: false,
  };
  const server = tls === undefined ? createServer(limits) : createTlsServer({ ...limits, ...tls });
  // To Node 0 means for ever.
  if (keepAliveTimeoutMs === 0) server.maxRequestsPerSocket = 1;

  const sendSoon = batchTurn<Delivery>((deliveries) => {
    for (const delivery of deliveries) deliver(delivery);
  });

  /** Each by itself: what cannot be sent of one answer must end neither the process nor the others. */
  function deliver({ response, answer }: Delivery): void {
    try {
      send(response, answer);
    } catch (error) {
      onRefused(sendFailure(api, response, error));
    }
  }

  /** The status sent in place of the answer to a request whose body could not be read. */
  const sentStatuses = new WeakMap<IncomingMessage, number>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Its headers were refused as too slow before they ended.
    if (!request.socket.writable) return;
    limitPipelining(request, response);
    const connection: Connection = request.socket;
    connection[lastRequest] = request;
    connection[lastResponse] = response;
    try {
      sendSoon({ response, answer: await answer(toMockRequest(request, response, sentStatuses)) });
    } catch {
      // The pipeline answers its own failures; what is left is a `now` of the options that throws.
      response.destroy();
    }
  }

  server.on('request', handle);
  // Node would answer an Expect header that it does not know with an empty 417.
  server.on('checkExpectation', handle);
  server.on('clientError', (error: MalformedError, socket: Connection) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && wasHeldBack(socket)) return;
    const last = socket[lastRequest];
    const response = socket[lastResponse];
    // Those before it are answered first: a caller takes the next answer for that of the first.
    if (last?.complete && response && !response.writableFinished) response.once('finish', () => refuse(error, socket));
    else refuse(error, socket);
  });

  function refuse(error: MalformedError, socket: Connection): void {
    if (!socket.writable) return;
    const last = socket[lastRequest];
    const refusal = refuseMalformed(api, error, socket);
    // The pipeline has that request and records it. A connection that a browser opened in advance is no request.
    if (last && !last.complete) sentStatuses.set(last, refusal.status);
    else if (socket.bytesRead > 0) onRefused({ ...(!last && readRequestLine(error, socket)), ...refusal });
  }

  // Without a listener Node cuts the connection, and nobody learns why.
  server.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseMalformed(api, { code: 'CONNECT' }, socket);
    onRefused({ method: 'CONNECT', path: splitTarget(url).path, ...refusal });
  });
  return server;
}

function toMockRequest(
  request: IncomingMessage,
  response: ServerResponse,
  sentStatuses: WeakMap<IncomingMessage, number>,
): MockRequest {
  const { headers } = request;
  const { path, query } = splitTarget(request.url ?? '/');
  return {
    method: request.method ?? 'GET',
    path,
    query,
    // Node joins repeated headers to a text, except this one, which means nothing in a request.
    headers: (headers['set-cookie'] ? { ...headers, 'set-cookie': undefined } : headers) as MockRequest['headers'],
    body: hasBody(request) ? request : null,
    onGone: (listener) => response.once('close', listener),
    sentStatus: () => sentStatuses.get(request) ?? (request.socket.writable ? undefined : 0),
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function send(response: ServerResponse, answer: MockAnswer): void {
  // A request whose body timed out has been answered by then. A pipelined response has no socket of its own yet.
  if (!response.req.socket.writable) return;
  const { status, headers, body, cut } = answer;
  if (cut) {
    cutResponse(response, answer, cut);
    return;
  }
  const sent: Record<string, string> = {};
  addHeaders(sent, headers);
  const size = Buffer.byteLength(body);
  if (status !== 204 && status !== 304) sent['Content-Length'] = `${size}`;
  // The rest of an oversized body is not worth reading.
  if (status === 413) sent.Connection = 'close';
  response.writeHead(status, sent);
  // Node writes the headers, which are of Latin-1, in the encoding of a body that is a text, and before all that waits for its
  // turn where the body is none: a `100 Continue` would stand between the two.
  response.end(size === body.length ? body : Buffer.from(body).toString('latin1'), 'latin1');
}

/** Answers that the mock failed, in place of an answer that could not be sent; returns what the journal keeps of it. */
function sendFailure(
  { envelope, errors }: Pick<Api, 'envelope' | 'errors'>,
  response: ServerResponse,
  error: unknown,
): EarlyAnswer {
  const { code, httpStatus } = errors.InternalError;
  const { method = 'GET', url = '/' } = response.req;
  if (response.headersSent) {
    response.destroy();
  } else {
    const body = JSON.stringify(errorBody({ envelope }, code, 'The mock failed inside; its log says why.'));
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
    response.writeHead(httpStatus, headers).end(body);
  }
  const reason = `The answer could not be sent: ${wordsOf(error)}`;
  return { method, path: splitTarget(url).path, status: httpStatus, code, reason };
}

/**
 * Returns a function that collects items and passes on those of one turn of the event loop together, at its end.
 *
 * Where an item is a write, its reader is woken up once instead of once for each.
 */
function batchTurn<T>(handle: (items: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  function flush(): void {
    const items = waiting;
    waiting = [];
    handle(items);
  }
  return function takeItem(item) {
    if (waiting.push(item) === 1) setImmediate(flush);
  };
}
