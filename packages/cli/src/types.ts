import type { LogSink } from './process/log-sink.js';

/** Where text goes; `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown;
}

/** The process around a command. */
export interface CliContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a server logs instead of stdout: from then on no output ends the process. Default: stdout. */
  readonly openLog?: (() => LogSink) | undefined;
  /** Starts to listen for Ctrl-C, SIGTERM and SIGHUP; the signal aborts when the command is to stop. */
  readonly stopSignal: () => AbortSignal;
  /** Absolute path of the page that `sandbox` serves. */
  readonly referencePagePath: string;
}
