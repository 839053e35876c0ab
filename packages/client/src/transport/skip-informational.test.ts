import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { skipInformational } from './skip-informational.js';

/** Returns what is read of these chunks, with nothing between the reads that found nothing. */
function readOf(chunks: readonly string[], isInFront: (readSoFar: string) => boolean = (text) => text === ''): string {
  const socket = new Duplex({ read() {}, write() {} }) as Socket;
  let text = '';
  skipInformational(socket, () => isInFront(text));
  for (const chunk of chunks) {
    socket.push(Buffer.from(chunk, 'latin1'));
    for (let read = socket.read(); read !== null; read = socket.read()) text += read.toString('latin1');
  }
  return text;
}

const goOn = 'HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n';
const hints = 'HTTP/1.0 103 Early Hints\r\n\r\n';
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';

it.each([
  ['one', goOn],
  ['several', goOn + hints + goOn],
  ['none', ''],
])('%s in front of an answer, however it arrives, is not seen', (_, before) => {
  const all = before + answer;
  expect(readOf([all])).toBe(answer);
  expect(readOf([...all])).toBe(answer);
  for (let at = 1; at < all.length; at += 1) expect(readOf([all.slice(0, at), all.slice(at)])).toBe(answer);
});

it('an answer that has the same bytes within it keeps them', () => {
  expect(readOf([answer, goOn])).toBe(answer + goOn);
  expect(readOf([answer + goOn])).toBe(answer + goOn);
});

it('a switch of protocols is seen', () => {
  const switched = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
  expect(readOf([...(goOn + switched)])).toBe(switched);
});

it('one whose headers do not end is left to what reads it', () => {
  const endless = `HTTP/1.1 100 Continue\r\nX-A: ${'a'.repeat(20_000)}`;
  expect(readOf([endless])).toBe(endless);
});
