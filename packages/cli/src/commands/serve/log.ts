import { type Logger, pino } from 'pino';
import { CliError } from '../../errors.js';
import type { TextSink } from '../../types.js';

const levels = ['debug', 'info', 'warn', 'error', 'silent'];

/** Fields that never come out, wherever somebody should put them. */
const secretFields = [
  'authorization',
  'accessToken',
  'rejectedToken',
  'token',
  'jwt',
  'appSecret',
  'appSecretNext',
  'jwtSecret',
  'encryptionKeys',
  'secret',
  'password',
  'signature',
  'cookie',
];

/**
 * Makes the log: one JSON object a line, with the time in ISO 8601.
 *
 * @throws {CliError} USAGE
 */
export function createLog(sink: TextSink, level = 'info', mixin: () => object = () => ({})): Logger {
  if (!levels.includes(level)) {
    throw new CliError(
      'USAGE',
      `The log level is "${level}". Set NEXCONN_LOG_LEVEL (--log-level) to one of ${levels.join(', ')}.`,
    );
  }
  const names = [...secretFields, 'Authorization', 'Cookie'];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin,
      redact: { paths: names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      serializers: { error: describeError },
    },
    { write: (line) => void sink.write(line) },
  );
}

interface ErrorFields {
  readonly code?: string;
  readonly message: string;
  readonly cause?: ErrorFields;
}

/** Codes and our own messages; those of others may hold what they were given, such as a URL with a password. */
function describeError(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { message: 'Something that is no error was thrown.' };
  const { code } = error as { code?: unknown };
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  const message = /^(Nexconn|TokenService|Cli)\w*Error$/.test(error.name) ? error.message : error.constructor.name;
  return { ...(typeof code === 'string' ? { code } : {}), message, ...cause };
}
