import type { Socket } from 'node:net';

/** An answer that another one follows, as `100 Continue` and `103 Early Hints` are; `101 Switching Protocols` is the last over HTTP. */
const informational = /^HTTP\/1\.[01] 1(?!01)\d\d$/;
const example = 'HTTP/1.1 100';
const end = '\r\n\r\n';
/** As much as undici takes of the headers of an answer. */
const maxHeadBytes = 16_384;

/**
 * Has what reads a socket not see informational answers, which a client that has not asked for any is to ignore (RFC 9110, 15.2).
 * undici ends the connection for a `100`. Elsewhere than in front of an answer such bytes are a part of it.
 */
export function skipInformational(socket: Socket, isInFrontOfAnswer: () => boolean): void {
  const read = socket.read.bind(socket);
  let kept: Buffer | undefined;
  socket.read = (size?: number): Buffer | null => {
    for (let chunk: Buffer | null = read(size); chunk !== null; chunk = read(size)) {
      if (!isInFrontOfAnswer()) return chunk;
      const all = kept ? Buffer.concat([kept, chunk]) : chunk;
      kept = undefined;
      const rest = all.subarray(endOfInformational(all));
      if (rest.length > maxHeadBytes || !mayBeInformational(rest, 0)) return rest;
      if (rest.length > 0) kept = rest;
    }
    return null;
  };
}

/** Returns where what follows the whole ones in front of it begins. */
function endOfInformational(bytes: Buffer): number {
  let at = 0;
  while (mayBeInformational(bytes, at)) {
    const ends = bytes.indexOf(end, at);
    if (ends === -1) return at;
    at = ends + end.length;
  }
  return at;
}

/** Whether one stands there, as far as its bytes have arrived. */
function mayBeInformational(bytes: Buffer, at: number): boolean {
  const arrived = bytes.toString('latin1', at, at + example.length);
  return informational.test(arrived + example.slice(arrived.length));
}
