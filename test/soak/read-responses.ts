/** An answer as it came over the connection. */
export interface RawResponse {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Splits what came back over a connection into answers; `rest` is what is left if the last one is not whole. */
export function readResponses(received: Buffer, head: boolean): { responses: RawResponse[]; rest: string } {
  const text = received.toString('latin1');
  const responses: RawResponse[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at);
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(text.slice(at, at + 16))?.[1];
    if (end === -1 || status === undefined) break;
    const headers = text.slice(at, end);
    const bodiless = head || status.startsWith('1') || status === '204' || status === '304';
    const length = bodiless ? 0 : Number(/^content-length: (\d+)$/im.exec(headers)?.[1] ?? 0);
    const bodyEnd = end + 4 + length;
    if (bodyEnd > text.length) break;
    const body = received.toString('utf8', end + 4, bodyEnd);
    if (!status.startsWith('1')) responses.push({ status: Number(status), headers, body });
    at = bodyEnd;
  }
  return { responses, rest: text.slice(at) };
}
