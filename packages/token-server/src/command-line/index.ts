// What the commands of this package and those of `nexconn` share: the process around a command, its flags, its errors and its
// exit codes.
export { Argument, type Command, InvalidArgumentError, Option } from 'commander';
export { isBlockedPort } from './blocked-ports.js';
export { baseUrlOf, type Endpoint, type EndpointFlags, isLoopback, readEndpoint, regions } from './endpoint.js';
export { CliError, type CliErrorCode, type CliErrorDetails, CommandEnded, exitCode, readAll } from './errors.js';
export { type Draft, openDraft } from './files/open-draft.js';
export { readSmallBytes, readSmallFile, type SmallFileLimits, UnreadFile } from './files/read-small-file.js';
export { refuseSpecialFile } from './files/refuse-special-file.js';
export { hasColours } from './help.js';
export { limitPipelining } from './limit-pipelining.js';
export { createHttpServer, listen, type TlsPair } from './listen.js';
export { nearestFlag } from './nearest-flag.js';
export {
  longestTimeoutMs,
  parseCount,
  parseList,
  parsePattern,
  parsePort,
  parsePositive,
  parseRateLimit,
  parseTimeoutMs,
  parseTimestamp,
} from './parse.js';
export { createCommandLine, type ProgramDetails, runCommandLine } from './program.js';
export { startCommandLine } from './start.js';
export type { CliContext, LogSink, TextSink } from './types.js';
export { untilAborted } from './until-aborted.js';
