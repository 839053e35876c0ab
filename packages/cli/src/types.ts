/** Where text goes; `process.stdout` is one. */
export interface TextSink {
  write(text: string): unknown;
}

/** The process around a command. */
export interface CliContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts to listen for Ctrl-C and SIGTERM; the signal aborts when the command is to stop. */
  readonly stopSignal: () => AbortSignal;
  /** Absolute path of the page that `sandbox` serves. */
  readonly referencePagePath: string;
}
