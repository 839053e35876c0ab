/** Where text goes; `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown;
  /** Whether it is a terminal. */
  readonly isTTY?: boolean | undefined;
  /** How wide that is. */
  readonly columns?: number | undefined;
}

/** Where the log of a server goes; writing to it never fails. */
export interface LogSink {
  readonly write: (text: string) => void;
  /** Resolves once nothing is left to write. */
  readonly flush: () => Promise<void>;
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
}
