import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { setDirectBody } from '../handler/body-reader.js';
import { createMessageBody, type MessageBody } from './message-body.js';

/** A message with what Express adds to it. */
interface RoutedMessage extends IncomingMessage {
  /** The whole path, where `url` lacks what a router has taken off. */
  readonly originalUrl?: string;
  /** The body, where a body parser has read it. */
  readonly body?: unknown;
}

/** What carries a message of HTTP/2. */
interface MessageStream {
  readonly endAfterHeaders?: boolean;
  readonly destroyed?: boolean;
}

export function streamOf(incoming: IncomingMessage & { readonly stream?: MessageStream }): MessageStream | undefined {
  return incoming.stream;
}

/** Returns Node's request as a web-standard one; undefined where it has no address, as with a malformed `Host`. */
export function toRequest(incoming: RoutedMessage): Request | undefined {
  const scheme = (incoming.socket as TLSSocket).encrypted ? 'https' : 'http';
  const host = incoming.headers.host ?? incoming.headers[':authority'] ?? 'localhost';
  const target = incoming.originalUrl ?? incoming.url ?? '/';
  const url = target.startsWith('/') ? `${scheme}://${host}${target}` : target;
  if (!URL.canParse(url)) return undefined;
  const { method = 'GET' } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(incoming);
  try {
    const content = body === undefined ? {} : { body: isUnread(body) ? body.stream : body, duplex: 'half' as const };
    const request = new Request(url, { method, headers: headersOf(incoming), ...content });
    if (isUnread(body)) setDirectBody(request, body.findBody);
    return request;
  } catch {
    // A web request has neither the methods TRACE and CONNECT nor a password in its address.
    return undefined;
  }
}

function headersOf({ headers }: IncomingMessage): Headers {
  const copy = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    for (const each of Array.isArray(value) ? value : [value]) copy.append(name, each);
  }
  return copy;
}

function isUnread(body: BodyInit | MessageBody | undefined): body is MessageBody {
  return typeof body === 'object' && 'findBody' in body;
}

/** HTTP/2 needs no header for a body: it ends with a frame, which may be that of the headers. */
function hasBody(incoming: IncomingMessage): boolean {
  const { httpVersionMajor, headers } = incoming;
  if (httpVersionMajor >= 2) return streamOf(incoming)?.endAfterHeaders !== true;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

function bodyOf(incoming: RoutedMessage): BodyInit | MessageBody | undefined {
  const { body } = incoming;
  if (!hasBody(incoming)) return undefined;
  // A body parser has read it, so the bytes are gone.
  if (body !== undefined && incoming.readableEnded) {
    return typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  }
  return createMessageBody(incoming);
}
