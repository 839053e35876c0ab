import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { clearInterval, setInterval } from '../../../system-time.js';
import type { DemoEvent, Hello } from './protocol.js';

/** How many events a page that comes back can be told; more than one reads. */
const capacity = 400;
/** A browser opens six to one server at most, so that this is for several of them. */
const maxStreams = 24;
const heartbeatMs = 15_000;
/** What a page that reads nothing may have waiting for it. */
const maxWaitingBytes = 1_000_000;

/** The events of the demo as server-sent events, to any number of pages up to a limit. */
export interface EventStream {
  readonly epoch: string;
  readonly publish: (event: Exclude<DemoEvent, Hello>) => void;
  /** Whether one more page can be told. */
  readonly hasRoom: () => boolean;
  /** Sends a hello, what has happened after that event, and whatever happens from now on. */
  readonly attach: (response: ServerResponse, hello: Hello, after: string) => void;
  /** Ends all streams, and the timer. */
  readonly close: () => void;
}

/** Creates the stream; each event has an ID, by which a page that was cut off goes on. */
export function createEventStream(): EventStream {
  const epoch = randomBytes(4).toString('hex');
  const kept: { readonly count: number; readonly text: string }[] = [];
  const streams = new Set<ServerResponse>();
  let count = 0;
  let heartbeat: NodeJS.Timeout | undefined;

  function send(response: ServerResponse, text: string): void {
    if (response.writableLength > maxWaitingBytes) response.destroy();
    else response.write(text);
  }

  function leave(response: ServerResponse): void {
    streams.delete(response);
    if (streams.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  }

  /** How far the page has come: a new one is told what happens from now on, one of another run of the sandbox all of it. */
  function countOf(id: string): number {
    if (id === '') return count;
    const [, ofEpoch, text] = /^([\da-f]{8})-(\d{1,15})$/.exec(id) ?? [];
    return ofEpoch === epoch ? Number(text) : 0;
  }

  return {
    epoch,
    publish(event) {
      count += 1;
      const text = `id: ${epoch}-${count}\ndata: ${JSON.stringify(event)}\n\n`;
      kept.push({ count, text });
      if (kept.length > capacity) kept.shift();
      for (const response of streams) send(response, text);
    },
    hasRoom: () => streams.size < maxStreams,
    attach(response, hello, after) {
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Resource-Policy': 'same-origin',
      });
      const from = countOf(after);
      send(response, `retry: 1000\ndata: ${JSON.stringify(hello)}\n\n`);
      for (const { count: number, text } of kept) if (number > from) send(response, text);
      streams.add(response);
      response.once('close', () => leave(response));
      heartbeat ??= setInterval(() => {
        for (const each of streams) send(each, ': still here\n\n');
      }, heartbeatMs).unref();
    },
    close() {
      for (const response of streams) response.end();
      streams.clear();
      clearInterval(heartbeat);
      heartbeat = undefined;
    },
  };
}
