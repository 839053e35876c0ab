import { Readable } from 'node:stream';
import { asObject } from '../document/lookup.js';
import { ApiError } from './api-error.js';
import type { MockRequest, Route } from './types.js';

/** The largest body that is read, in bytes, of JSON and other texts. */
const maxTextBytes = 100_000;

/** The largest one of another kind, such as a form with files: as much as Prism reads. */
const maxFileBytes = 10_000_000;

const texts = /^(application\/([\w.+-]*json|x-www-form-urlencoded)|text\/)/i;

/**
 * A larger body is read on up to this size, without being kept, before it is refused: a caller that is cut off while it
 * sends often never sees the answer.
 */
const maxDrainBytes = 10_000_000;

const noBytes = new Uint8Array();

/** Resolves with the whole body, which is bounded. @throws {ApiError} `BodyMissing`, `ParameterInvalid`, `ParameterTooLong` */
export function readBody({
  body,
  headers,
  sentStatus,
}: Pick<MockRequest, 'body' | 'headers' | 'sentStatus'>): Promise<Uint8Array> {
  if (body === null) return Promise.resolve(noBytes);
  const { 'content-type': type = 'text/' } = headers;
  const collector = createCollector(texts.test(type) ? maxTextBytes : maxFileBytes);
  if (body instanceof Readable) return collectStream(body, collector, sentStatus);
  return collectChunks(body, collector).catch((error) => {
    throw error instanceof ApiError ? error : brokenOff(sentStatus?.());
  });
}

/** The journal shows the status that was sent. */
function brokenOff(status: number | undefined): ApiError {
  const message = 'The request body could not be read to its end';
  if (status === undefined) return new ApiError('BodyMissing', `${message}.`);
  if (status === 0) return new ApiError('BodyMissing', `${message}: the caller left.`, { status });
  const why = status === 408 ? 'it took too long' : 'it breaks off, or is not well-formed';
  return new ApiError('ParameterInvalid', `${message}: ${why}.`, { status });
}

interface Collector {
  /** Returns whether to read on: appends a chunk unless it makes the body too long. */
  readonly add: (chunk: Uint8Array) => boolean;
  /** @throws {ApiError} ParameterTooLong */
  readonly join: () => Uint8Array;
}

function createCollector(maxBodyBytes: number): Collector {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.byteLength;
      if (size <= maxBodyBytes) chunks.push(chunk);
      return size <= maxDrainBytes;
    },
    join() {
      if (size > maxBodyBytes) {
        const message = `The request body is longer than ${maxBodyBytes} bytes. Shorten it.`;
        throw new ApiError('ParameterTooLong', message, { status: 413 });
      }
      return chunks.length === 1 ? (chunks[0] ?? noBytes) : Buffer.concat(chunks);
    },
  };
}

async function collectChunks(body: AsyncIterable<Uint8Array>, collector: Collector): Promise<Uint8Array> {
  for await (const chunk of body) if (!collector.add(chunk)) break;
  return collector.join();
}

/** Reads by events, which cost a tenth of a stream's iterator, and leave the stream open for the answer. */
function collectStream(
  stream: Readable,
  collector: Collector,
  sentStatus: MockRequest['sentStatus'],
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      try {
        resolve(collector.join());
      } catch (error) {
        reject(error);
      }
    };
    const breakOff = (): void => {
      if (!isOver) reject(brokenOff(sentStatus?.()));
      isOver = true;
    };
    stream.on('data', (chunk: Uint8Array) => {
      if (collector.add(chunk)) return;
      stream.pause();
      finish();
    });
    stream.on('end', finish);
    // Either may come first if the caller leaves; `close` also follows every end.
    stream.on('error', breakOff);
    stream.on('close', breakOff);
  });
}

/** Never written to. */
const noQuery = new URLSearchParams();

/** Returns path and query of a request's target; `new URL` would read `//x` as a host, and throws. */
export function splitTarget(target: string): { readonly path: string; readonly query: URLSearchParams } {
  // In one of ten thousand requests the target is a whole URL, or an asterisk.
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const queryAt = local.indexOf('?');
  const path = queryAt < 0 ? local : local.slice(0, queryAt);
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    query: queryAt < 0 ? noQuery : new URLSearchParams(local.slice(queryAt + 1)),
  };
}

/**
 * Returns a path with each character written in one way: a document may have `/ä`, and a request is for `/%C3%A4`.
 *
 * What is no percent-encoding stays as it is.
 */
export function canonicalPath(path: string): string {
  if (!/[^!-~]|["%<>\\^`{|}]/.test(path)) return path;
  return path.replace(/(?:%[\da-f]{2})+|[^!-~]+|["<>\\^`{|}]/gi, (part) => {
    try {
      return decodeURIComponent(part).replace(/[^!-~]|["#%/<>?\\^`{|}]/gu, encodeURIComponent);
    } catch {
      return part;
    }
  });
}

/** Returns the path of a document, whose braces stay. */
export function canonicalTemplate(path: string): string {
  const parts = path.split(/(\{[^}]+\})/);
  return parts.map((part, index) => (index % 2 ? part : canonicalPath(part))).join('');
}

/** Returns whom a request is about: `userId` in its body, its path or its query. */
export function readUserId({ pathParameters }: Route, { query }: MockRequest, body: unknown): string | undefined {
  const userId = asObject(body).userId ?? pathParameters.userId ?? query.get('userId');
  return typeof userId === 'string' ? userId : undefined;
}

/** Returns what a request says of the answer that it prefers: its header `Prefer`, or to a plain API, as Prism reads it, its query. */
export function readPrefer({ headers, query }: MockRequest, isPlain: boolean): string | URLSearchParams | undefined {
  return headers.prefer ?? (isPlain && query.size > 0 ? query : undefined);
}

/** Returns the App Key that a request names, under either name of the header. */
export function readAppKey({ headers }: MockRequest): string | undefined {
  return headers['app-key'] || headers['rc-app-key'];
}

/** Whether a host name, as a URL has it, is this machine; `spec/vectors/loopback.json` lists some. */
export function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Returns a text that came from outside fit for a message or a log line: one line, not endless. */
export function shorten(text: string, limit = 200): string {
  // Most texts are plain ASCII, and need no look at the classes of Unicode.
  const line = /[^ -~]/.test(text) ? text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ') : text;
  return line.length > limit ? copyText(`${line.slice(0, limit)}…`) : line;
}

/** Returns a text of its own memory: a part of a text, as `slice` returns it, keeps the whole of it in memory. */
export function copyText(text: string): string {
  return Buffer.from(text).toString();
}
