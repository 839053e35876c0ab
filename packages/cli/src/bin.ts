#!/usr/bin/env -S node --max-semi-space-size=8
// The flag keeps the memory of a busy mock low: what is left over of its requests is cleared away twice as often.
import { referencePagePath } from '@nexconn-kit/docs';
import { run } from './run.js';

/** What is left open when a command has ended may not hold the process up for longer, least of all after Ctrl-C. */
const exitGraceMs = { ended: 300, stopped: 20 };
let way: keyof typeof exitGraceMs = 'ended';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has gone, as in `nexconn mock | head -1`: there is nobody left to write to.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const { stdout, stderr, env } = process;
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, env, stopSignal, referencePagePath });
setTimeout(() => process.exit(), exitGraceMs[way]).unref();

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  function stop(): void {
    // A second one, either of them, ends the process in the usual way.
    for (const signal of signals) process.off(signal, stop);
    way = 'stopped';
    controller.abort();
  }
  for (const signal of signals) process.on(signal, stop);
  return controller.signal;
}
