import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** A message with what Express adds to it. */
interface RoutedMessage extends IncomingMessage {
  /** The whole path, where `url` lacks what a router has taken off. */
  readonly originalUrl?: string;
  /** The body, where a body parser has read it. */
  readonly body?: unknown;
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
    const content = body === undefined ? {} : { body, duplex: 'half' as const };
    return new Request(url, { method, headers: headersOf(incoming), ...content });
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

function bodyOf(incoming: RoutedMessage): BodyInit | undefined {
  const { headers, body } = incoming;
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return undefined;
  // A body parser has read it, so the bytes are gone.
  if (body !== undefined && incoming.readableEnded) {
    return typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  }
  return lazily(incoming);
}

/** Not `Readable.toWeb`, which reads ahead, and would destroy the connection of a caller whose body is refused. */
function lazily(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
