import type { Socket } from 'node:net';
import type { Api } from '../document/api.js';
import { errorBody } from '../http/api-error.js';
import { splitTarget } from '../http/read-request.js';
import type { EarlyAnswer } from '../pipeline/record.js';
import { clearTimeout, setTimeout } from '../system-time.js';

/** How long a refused caller has to read why. */
const lingerMs = 500;

/** Node's error for bytes that are no request. */
export interface MalformedError {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** Returns method and path where the bytes are certainly the first of their connection; no header is read. */
export function readRequestLine(
  { rawPacket }: MalformedError,
  { bytesRead }: Socket,
): Pick<EarlyAnswer, 'method' | 'path'> {
  if (rawPacket?.byteLength !== bytesRead) return {};
  const [, method, target] = /^([A-Z]{1,20}) (\S+) HTTP\/\d/.exec(rawPacket.toString('latin1', 0, 4096)) ?? [];
  return method === undefined || target === undefined ? {} : { method, path: splitTarget(target).path };
}

const malformedStatuses: Readonly<Record<string, readonly [status: number, text: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  CONNECT: [405, 'Method Not Allowed'],
};

/** Answers bytes that are no request, and ends the connection; returns what the journal keeps of it. */
export function refuseMalformed(
  { envelope, errors }: Pick<Api, 'envelope' | 'errors'>,
  error: MalformedError,
  socket: Socket,
): Required<Pick<EarlyAnswer, 'status' | 'code' | 'reason'>> {
  const [status, text] = malformedStatuses[error.code ?? ''] ?? [400, 'Bad Request'];
  const { code } = errors.ParameterInvalid;
  const message = `The HTTP request could not be read: ${text.toLowerCase()}.`;
  const body = JSON.stringify(errorBody({ envelope }, code, message));
  const headers = [
    `HTTP/1.1 ${status} ${text}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
  // A caller that is still sending sees no answer if it is cut at once; one that never ends must not stay for ever.
  const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(cut));
  return { status, code, reason: `${message} (${error.code})${hintAt(error)}` };
}

/** The first byte of a TLS handshake is that of no HTTP method. */
function hintAt({ rawPacket }: MalformedError): string {
  return rawPacket?.[0] === 0x16 ? ' It looks like TLS; call the mock with http://.' : '';
}
