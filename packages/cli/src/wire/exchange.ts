import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import type { Socket } from 'node:net';
import { clearTimeout, dateNow, performanceNow, setTimeout } from '../system-time.js';

/** A request as it is sent, without the headers that HTTP itself needs. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly body?: string;
}

/** What came back, and when. */
export interface WireAnswer {
  readonly status: number;
  /** In small letters; those that came more than once are joined. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most the first 64 KiB. */
  readonly body: string;
  /** Unix time in milliseconds, half-way between the request and its answer. */
  readonly atMs: number;
  readonly durationMs: number;
}

/** The code of a request that got no answer, such as `TIMEOUT` or `ECONNRESET`. */
export interface WireFailure {
  readonly failure: string;
}

const maxBodyBytes = 65_536;

/** Sends a request by an agent, or over a socket that it is the last request of; never rejects. */
export function exchange(
  url: URL,
  { method, path, headers, body }: WireRequest,
  { over, timeoutMs }: { readonly over: Agent | Socket; readonly timeoutMs: number },
): Promise<WireAnswer | WireFailure> {
  const sentAtMs = dateNow();
  const startedMs = performanceNow();
  const length = body === undefined ? { 'content-length': '0' } : { 'content-length': `${Buffer.byteLength(body)}` };
  const request = requestHttp({
    method,
    path: `${url.pathname.replace(/\/+$/, '')}${path}`,
    headers: { host: url.host, ...headers, ...length },
    ...(over instanceof Agent ? { agent: over } : { createConnection: () => over }),
  });
  return new Promise((resolve) => {
    const fail = (code: string): void => {
      clearTimeout(timer);
      request.destroy();
      resolve({ failure: code });
    };
    const timer = setTimeout(() => fail('TIMEOUT'), timeoutMs);
    const failWith = ({ code }: NodeJS.ErrnoException): void => fail(code ?? 'UNKNOWN');
    request.on('error', failWith);
    request.on('response', (response) => {
      const durationMs = performanceNow() - startedMs;
      readText(response).then((text) => {
        clearTimeout(timer);
        const facts = { status: response.statusCode ?? 0, headers: joinHeaders(response), body: text };
        resolve({ ...facts, atMs: sentAtMs + durationMs / 2, durationMs: Math.round(durationMs) });
      }, failWith);
    });
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (size < maxBodyBytes) chunks.push(chunk.subarray(0, maxBodyBytes - size));
    size += chunk.byteLength;
    if (size > 16 * maxBodyBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function joinHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
}
