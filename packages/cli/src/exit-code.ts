/** How the process ends; the help text states the same. */
export const exitCode = {
  done: 0,
  /** The call was refused, or something failed. */
  failed: 1,
  /** Wrong use, or a setting is missing. */
  usage: 2,
} as const;

/** One of the three exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
