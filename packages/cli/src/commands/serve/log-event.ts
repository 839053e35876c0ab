import type { NexconnEvent } from '@nexconn-kit/client';
import { type TokenHandlerFailure, TokenServiceError, type TokenServiceEvent } from '@nexconn-kit/token-service';
import type { Logger } from 'pino';

/** Logs what the token service did; user IDs at `debug` alone. */
export function logServiceEvent(log: Logger, event: TokenServiceEvent): void {
  const user = log.isLevelEnabled('debug') && 'userId' in event ? { userId: event.userId } : {};
  if (event.type === 'served') log.debug(user, 'stored token handed out');
  else if (event.type === 'issued') {
    log.info({ ...user, reason: event.reason, durationMs: Math.round(event.durationMs) }, 'token issued');
  } else if (event.type === 'issue-failed') {
    log[isQueueFull(event.error) ? 'debug' : 'warn'](
      { ...user, reason: event.reason, error: event.error },
      'token not issued',
    );
  } else if (event.type === 'store-failed') {
    log.error({ ...user, error: event.error }, 'token issued, but not stored');
  } else if (event.type === 'sequential-ids') {
    log.warn('user IDs follow each other and can be guessed: set NEXCONN_USER_ID_KEY, or hand in opaque ones');
  }
}

/** Logs why the handler gave no token. */
export function logFailure(log: Logger, { code, status, error }: TokenHandlerFailure): void {
  log[isQueueFull(error) ? 'debug' : 'error']({ code, status, error }, 'no token given');
}

/** In a crowd most are sent away for a while; the line of the answer and the metrics tell that. */
function isQueueFull(error: unknown): boolean {
  return error instanceof TokenServiceError && error.code === 'QUEUE_FULL';
}

/** Logs what the client of the API noticed beside its calls. */
export function logClientEvent(log: Logger, event: NexconnEvent): void {
  if (event.type === 'failover') log.warn({ from: event.from, to: event.to }, 'other API host from now on');
  else if (event.type === 'rotation') {
    log.info('next App Secret accepted: it can take the place of the current one in the settings');
  } else if (event.type === 'clock') {
    log.warn({ offsetMs: event.offsetMs }, 'clock of this machine is off, and is corrected for');
  } else if (event.type === 'rate-store') {
    log.warn({ state: event.state, error: event.cause }, 'shared rate limit lost or found');
  }
}
