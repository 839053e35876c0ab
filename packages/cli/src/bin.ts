#!/usr/bin/env -S node --max-semi-space-size=4
// The flag keeps the memory of a busy mock low: the garbage of its requests is collected four times as often.
import { referencePagePath } from '@nexconn-kit/docs';
import { setTimeout } from './process/system-time.js';
import { run } from './run.js';

/** The longest time that what is still open may keep the process alive after a command has ended. */
const exitGraceMs = { ended: 300, stopped: 20 };
let ending: keyof typeof exitGraceMs = 'ended';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `nexconn mock | head -1`.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const { stdout, stderr, env } = process;
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, env, stopSignal, referencePagePath });
setTimeout(() => process.exit(), exitGraceMs[ending]).unref();

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  function stop(): void {
    // A second signal, either of them, ends the process as it would without us.
    for (const signal of signals) process.off(signal, stop);
    ending = 'stopped';
    controller.abort();
  }
  for (const signal of signals) process.on(signal, stop);
  return controller.signal;
}
