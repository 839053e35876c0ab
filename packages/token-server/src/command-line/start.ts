import type { Command } from 'commander';
import { setTimeout } from '../system-time.js';
import { CliError, exitCode } from './errors.js';
import { createLogSink } from './log-sink.js';
import { runCommandLine, wantsJson } from './program.js';
import { reportError } from './report-error.js';
import type { CliContext, LogSink } from './types.js';

/** The longest time that what is still open may keep the process alive after a command has ended. */
const exitGraceMs = { ended: 300, stopped: 20 };

/** Runs the command line of this process, which ends with its exit code soon after. */
export async function startCommandLine(createProgram: (context: CliContext) => Command): Promise<void> {
  let ending: keyof typeof exitGraceMs = 'ended';
  /** What a reader that goes away ends: a command at once, a mock as a signal does, no server. */
  let readerEnds: 'command' | 'server' | 'nothing' = 'command';
  let lost: NodeJS.ErrnoException | undefined;
  let hasEnded = false;
  const stopped = new AbortController();

  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (readerEnds === 'nothing') return;
      // The reader has gone, as in `nexconn mock | head -1`.
      if (error.code === 'EPIPE') leave();
      else if (stream === process.stdout) lost ??= error;
      if (hasEnded) failForLostOutput();
    });
  }

  /**
   * What is lost, such as a token, must not look as if it had been handed over. An output that is closed (`>&-`) is not
   * noticed: Node opens `/dev/null` in its place, just as what starts a command without output does (`stdio: 'ignore'`).
   */
  function failForLostOutput(): void {
    if (lost === undefined || ending === 'stopped' || process.exitCode !== exitCode.done) return;
    const { code } = lost;
    const message = `The output cannot be written (${code}). Make room, or write it elsewhere, and run the command again.`;
    const error = new CliError(message, { code: 'FILE_NOT_WRITTEN', cause: lost });
    process.exitCode = reportError(error, context, { program: program.name(), isJson: wantsJson(args) });
  }

  /** Ends as it does by a signal, where there is something to end: a mock takes its files with it. */
  function leave(): void {
    if (readerEnds === 'command') process.exit(0);
    ending = 'stopped';
    stopped.abort();
  }

  function openLog(): LogSink {
    readerEnds = 'nothing';
    return createLogSink(process.stdout.fd);
  }

  function stopSignal(): AbortSignal {
    if (readerEnds === 'command') readerEnds = 'server';
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
  const program = createProgram(context);
  const args = process.argv.slice(2);
  process.exitCode = await runCommandLine(program, args, context);
  hasEnded = true;
  failForLostOutput();
  setTimeout(() => process.exit(), exitGraceMs[ending]).unref();
}
