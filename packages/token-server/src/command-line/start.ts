import type { Command } from 'commander';
import { setTimeout } from '../system-time.js';
import { createLogSink } from './log-sink.js';
import { runCommandLine } from './program.js';
import type { CliContext, LogSink } from './types.js';

/** The longest time that what is still open may keep the process alive after a command has ended. */
const exitGraceMs = { ended: 300, stopped: 20 };

/** Runs the command line of this process, which ends with its exit code soon after. */
export async function startCommandLine(createProgram: (context: CliContext) => Command): Promise<void> {
  let ending: keyof typeof exitGraceMs = 'ended';
  /** What a failure to write ends: a command whose output it is, a mock only with its reader, no server. */
  let endsBy: 'any failure' | 'its reader' | 'no failure' = 'any failure';
  const stopped = new AbortController();

  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (endsBy === 'no failure') return;
      // The reader has gone, as in `nexconn mock | head -1`.
      if (error.code === 'EPIPE') leave();
      else if (endsBy === 'any failure') throw error;
    });
  }

  /** Ends as it does by a signal, where there is something to end: a mock takes its files with it. */
  function leave(): void {
    if (endsBy === 'any failure') process.exit(0);
    ending = 'stopped';
    stopped.abort();
  }

  function openLog(): LogSink {
    endsBy = 'no failure';
    return createLogSink(process.stdout.fd);
  }

  function stopSignal(): AbortSignal {
    if (endsBy === 'any failure') endsBy = 'its reader';
    // SIGHUP comes where the terminal goes.
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    function stop(): void {
      // A second signal, any of them, ends the process as it would without us.
      for (const signal of signals) process.off(signal, stop);
      ending = 'stopped';
      stopped.abort();
    }
    for (const signal of signals) process.on(signal, stop);
    return stopped.signal;
  }

  const { stdout, stderr, env } = process;
  const context = { stdout, stderr, env, openLog, stopSignal };
  process.exitCode = await runCommandLine(createProgram(context), process.argv.slice(2), context);
  setTimeout(() => process.exit(), exitGraceMs[ending]).unref();
}
