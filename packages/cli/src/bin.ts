#!/usr/bin/env -S node --max-semi-space-size=4
// The flag keeps the memory of a busy mock low: the garbage of its requests is collected four times as often.
import { referencePagePath } from '@nexconn-kit/docs';
import { createLogSink } from './process/log-sink.js';
import { setTimeout } from './process/system-time.js';
import { run } from './run.js';
import type { LogSink } from './types.js';

/** The longest time that what is still open may keep the process alive after a command has ended. */
const exitGraceMs = { ended: 300, stopped: 20 };
let ending: keyof typeof exitGraceMs = 'ended';

/** What a failure to write ends: a command whose output it is, a mock only with its reader, no server. */
let endsBy: 'any failure' | 'its reader' | 'no failure' = 'any failure';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (endsBy === 'no failure') return;
    // The reader has gone, as in `nexconn mock | head -1`.
    if (error.code === 'EPIPE') process.exit(0);
    if (endsBy === 'any failure') throw error;
  });
}

const { stdout, stderr, env } = process;
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, env, openLog, stopSignal, referencePagePath });
setTimeout(() => process.exit(), exitGraceMs[ending]).unref();

function openLog(): LogSink {
  endsBy = 'no failure';
  return createLogSink(stdout.fd);
}

function stopSignal(): AbortSignal {
  if (endsBy === 'any failure') endsBy = 'its reader';
  const controller = new AbortController();
  // SIGHUP comes where the terminal goes.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  function stop(): void {
    // A second signal, any of them, ends the process as it would without us.
    for (const signal of signals) process.off(signal, stop);
    ending = 'stopped';
    controller.abort();
  }
  for (const signal of signals) process.on(signal, stop);
  return controller.signal;
}
