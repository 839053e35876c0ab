import { connect } from 'node:net';

/** What came back over a connection. */
export interface RawAnswer {
  /** Of each response, those of 1xx left out. */
  readonly statuses: readonly number[];
  readonly text: string;
}

/**
 * Sends bytes as they are. Resolves once so many responses have come and, where one of them says that the connection is
 * closed, once it is.
 */
export function sendRaw(url: string, bytes: string | Buffer, expected: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const done = (): void => {
      socket.destroy();
      resolve({ statuses: statusesOf(text), text });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const isLast = /^connection: close\r$/im.test(text) || expected === 0;
      if (!isLast && statusesOf(text).length >= expected && isWhole(text)) done();
    });
    // A server that refuses what is still being sent may reset the connection.
    socket.on('error', () => {});
    socket.on('close', done);
    socket.write(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'));
  });
}

function statusesOf(text: string): number[] {
  return [...text.matchAll(/(?:^|\r\n\r\n|\}|\n)HTTP\/1\.1 (\d{3}) /g)]
    .map(([, status]) => Number(status))
    .filter((status) => status >= 200);
}

/** Whether the last response has all of its body. */
function isWhole(text: string): boolean {
  const last = text.slice(text.lastIndexOf('HTTP/1.1 '));
  const end = last.indexOf('\r\n\r\n');
  const [, length = '0'] = /^content-length: (\d+)\r$/im.exec(last) ?? [];
  return end >= 0 && last.length - end - 4 >= Number(length);
}
