import type { NexconnEvent } from '@nexconn-kit/client';
import {
  explainStoreFailure,
  type TokenHandlerFailure,
  TokenServiceError,
  type TokenServiceEvent,
} from '@nexconn-kit/token-service';
import { type Logger, pino } from 'pino';
import { CliError } from '../command-line/errors.js';
import type { TextSink } from '../command-line/types.js';
import { legible } from '../legible.js';
import type { RefusedUserIds } from '../login/refused-user-ids.js';

const levels = ['debug', 'info', 'warn', 'error', 'silent'];

/** Fields whose values are always redacted, down to the third level of a line. */
const secretFields = new Set([
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
  'Authorization',
  'Cookie',
]);
const maxDepth = 3;

/**
 * Creates the log: one JSON object a line, with the time in ISO 8601.
 *
 * @throws {CliError} USAGE
 */
export function createLog(sink: TextSink, level = 'info', mixin: () => object = () => ({})): Logger {
  if (!levels.includes(level)) {
    const message = `The log level is "${level}". Set NEXCONN_LOG_LEVEL (--log-level) to one of ${levels.join(', ')}.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withoutSecrets('error' in fields ? { ...fields, error: legible(fields.error) } : fields),
      },
      mixin,
      serializers: { error: describeError },
    },
    { write: (line) => void sink.write(line) },
  );
}

/** Returns a value with secret fields redacted. Pino's own `redact` costs as much as the rest of a line. */
function withoutSecrets<Value>(value: Value, depth = 1): Value {
  // What is kept of an error `describeError` decides, and a copy would be none.
  if (typeof value !== 'object' || value === null || value instanceof Error || depth > maxDepth) return value;
  let copy: Value | undefined;
  for (const [name, each] of Object.entries(value)) {
    const kept = secretFields.has(name) ? '[redacted]' : withoutSecrets(each, depth + 1);
    if (kept === each) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Value;
    Object.assign(copy as object, { [name]: kept });
  }
  return copy ?? value;
}

interface ErrorFields {
  readonly code?: string;
  readonly message: string;
  readonly cause?: ErrorFields;
}

/** Returns the part of an error that is safe to log: codes, and messages of our own. A message of another package may quote its input, such as a URL with a password. */
function describeError(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { message: 'Something that is no error was thrown.' };
  const explained = explainStoreFailure(error);
  const { code: own } = error as { code?: unknown };
  const code = own ?? explained.code;
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  const isOurs = /^(Nexconn|TokenService|Cli)\w*Error$/.test(error.name) || own === 'TIMED_OUT';
  const { name } = Object(error.constructor) as { readonly name?: unknown };
  const message = `${isOurs ? error.message : (explained.remedy ?? name)}`;
  return { ...(typeof code === 'string' ? { code } : {}), message, ...cause };
}

/** Logs what the token service did; with user IDs at `debug` only. */
export function logServiceEvent(log: Logger, event: TokenServiceEvent): void {
  const user = log.isLevelEnabled('debug') && 'userId' in event ? { userId: event.userId } : {};
  if (event.type === 'served') log.debug(user, 'stored token handed out');
  else if (event.type === 'issued') {
    log.info({ ...user, reason: event.reason, durationMs: Math.round(event.durationMs) }, 'token issued');
  } else if (event.type === 'updated') {
    log.info({ ...user, durationMs: Math.round(event.durationMs) }, 'changed name or avatar told to the API');
  } else if (event.type === 'expired') log.info(user, 'tokens made void at the API');
  else if (event.type === 'issue-failed') {
    // In a crowd most are sent away for a while: the line of the answer and the metrics show that already.
    log[event.error.code === 'QUEUE_FULL' ? 'debug' : 'warn'](
      { ...user, reason: event.reason, error: event.error },
      'token not issued',
    );
  } else if (event.type === 'store-failed') {
    log.error({ ...user, error: event.error }, 'token issued, but not stored');
  } else if (event.type === 'sequential-ids') {
    log.warn('user IDs follow each other and can be guessed: set NEXCONN_USER_ID_KEY, or hand in opaque ones');
  }
}

/** Logs at start which user IDs nobody can log in with. */
export function logRefusedUserIds(log: Logger, { shapes, isExpected, advice }: RefusedUserIds): void {
  if (shapes.length === 0) return;
  const message = isExpected ? 'all users of this issuer have user IDs that are refused' : 'user IDs that are refused';
  log[isExpected ? 'warn' : 'info']({ shapes }, `${message}. ${advice}`);
}

/** Logs why the handler gave no token. */
export function logFailure(log: Logger, { code, status, userIdShape, error }: TokenHandlerFailure): void {
  const isQueueFull = error instanceof TokenServiceError && error.code === 'QUEUE_FULL';
  log[isQueueFull ? 'debug' : 'error']({ code, status, userIdShape, error }, 'no token given');
}

/** Logs the events of the API client. */
export function logClientEvent(log: Logger, event: NexconnEvent): void {
  if (event.type === 'failover') log.warn({ from: event.from, to: event.to }, 'other API host from now on');
  else if (event.type === 'rotation') {
    log.info('next App Secret accepted: it can take the place of the current one in the settings');
  } else if (event.type === 'clock') {
    log.warn({ offsetMs: event.offsetMs }, 'clock of this machine is off, and is corrected for');
  } else if (event.type === 'long-text') {
    log.warn({ issues: event.issues }, 'result has texts longer than documented');
  } else if (event.type === 'rate-store') {
    log.warn({ state: event.state, error: event.cause }, 'shared rate limit lost or found');
  } else if (event.type === 'rate-limit') {
    const { operationId, perSecond, ownPerSecond } = event;
    const isOwn = perSecond === ownPerSecond;
    log[isOwn ? 'info' : 'warn'](
      { operationId, perSecond, ownPerSecond },
      isOwn ? 'rate limit of this instance in force' : 'lower rate limit of another instance in force for all',
    );
  }
}
