import { constants, fstatSync, openSync, write } from 'node:fs';
import { setImmediate, setTimeout } from '../system-time.js';
import type { LogSink } from './types.js';

/** What a reader that has stalled is kept of; all after that is lost until it reads on. */
const maxPendingLength = 4 * 1024 * 1024;
const retryMs = 50;

/**
 * Creates the sink of a file descriptor. Neither a full disk nor a reader that has gone or reads nothing ends or stops
 * the process: what cannot be written is lost, and what comes later is tried anew.
 */
export function createLogSink(descriptor: number): LogSink {
  const fd = withoutBlocking(descriptor);
  let pending = '';
  let isWriting = false;
  let isGone = false;
  let isMidLine = false;
  let waiting: (() => void)[] = [];

  function end(): void {
    isWriting = false;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  function writePending(): void {
    if (pending === '') {
      end();
      return;
    }
    const text = isMidLine ? `\n${pending}` : pending;
    pending = '';
    writeAll(Buffer.from(text));
  }

  function writeAll(bytes: Buffer): void {
    write(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => writeAll(bytes), retryMs);
      } else if (error) {
        // What was written before of this text ends in the middle of a line.
        isGone = error.code === 'EPIPE';
        if (isGone) pending = '';
        writePending();
      } else {
        isMidLine = bytes[written - 1] !== 0x0a;
        if (written < bytes.length) writeAll(bytes.subarray(written));
        else writePending();
      }
    });
  }

  return {
    write(text) {
      if (isGone || pending.length > maxPendingLength) return;
      pending += text;
      if (isWriting) return;
      isWriting = true;
      // The lines of one iteration of the event loop at once: each write takes as long as a line.
      setImmediate(writePending);
    },
    flush: () => (isWriting ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
}

/** A write to a full pipe would hold a thread, and with it the end of the process. Only Linux opens a pipe another time. */
function withoutBlocking(descriptor: number): number {
  try {
    if (!fstatSync(descriptor).isFIFO()) return descriptor;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return descriptor;
  }
}
