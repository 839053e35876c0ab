import { isClientError, isTokenServiceError } from '../errors.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { legible } from '../redaction/safe-cause.js';
import { performanceNow } from '../system-time.js';
import type { TokenHandlerFailure } from './types.js';

const intervalMs = 60_000;
/** So many kinds are told apart within a minute; all others together are one more. */
const maxKinds = 100;
const maxCauses = 4;
const maxTextLength = 600;

/** Where lines for developers go, and the time that they are counted by. */
export interface FailureReportOptions {
  /** Default: stderr, or what a runtime has in its place. */
  readonly write?: (line: string) => void;
  /** Returns milliseconds that never go back. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

/** When a kind of failure was last reported, and how often it has come since. */
interface Kind {
  readonly reportedAt: number;
  leftOut: number;
}

/**
 * Returns the listener of an app that has none: it writes a line with the cause of a failure, once per kind and minute.
 *
 * The line holds what our own errors say, what others say without what may be a secret, and no user ID.
 */
export function createFailureReport({
  write = writeToStderr,
  monotonicNow = performanceNow,
}: FailureReportOptions = {}): (failure: TokenHandlerFailure) => void {
  const kinds = new Map<string, Kind>();

  function forgetOld(now: number): void {
    for (const [kind, { reportedAt }] of kinds) if (now - reportedAt >= intervalMs) kinds.delete(kind);
  }

  return function reportFailure(given) {
    const failure = { ...given, error: legible(given.error) };
    const now = monotonicNow();
    const named = kindOf(failure);
    if (kinds.size >= maxKinds && !kinds.has(named)) forgetOld(now);
    const kind = kinds.size < maxKinds || kinds.has(named) ? named : 'others';
    const known = kinds.get(kind);
    if (known && now - known.reportedAt < intervalMs) {
      known.leftOut += 1;
      return;
    }
    kinds.set(kind, { reportedAt: now, leftOut: 0 });
    const shape = failure.userIdShape ? ` The user ID is ${failure.userIdShape}.` : '';
    const leftOut = known?.leftOut ? ` (${known.leftOut} more like the last one were left out)` : '';
    write(
      `@nexconn-kit/token-service: ${failure.status} ${failure.code}: ${describe(failure.error)}${shape}${leftOut}`,
    );
  };
}

function writeToStderr(line: string): void {
  // biome-ignore lint/suspicious/noConsole: the one way to stderr that every runtime has, Workers among them.
  console.error(line);
}

/** Not by the message, which may be another one for each user. */
function kindOf({ code, error }: TokenHandlerFailure): string {
  const { name, code: own } = Object(error) as { name?: unknown; code?: unknown };
  return [code, name, own, error instanceof Error ? placeOf(error) : typeof error].join(' ');
}

/** Returns an error and its causes in one line. */
function describe(error: unknown, depth = 1): string {
  if (!(error instanceof Error)) return `A value of type ${typeof error} was thrown.`;
  const isOurs = isTokenServiceError(error) || isClientError(error);
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' ? `${error.name} (${code})` : error.name;
  const text = toLine(isOurs ? `${name}: ${error.message}` : redactLikelySecrets(`${name}: ${error.message}`));
  // Our own errors say what to mend; for any other one that place in the app's code is the first to look at.
  const place = isOurs ? '' : placeOf(error);
  const cause = error.cause === undefined || depth === maxCauses ? '' : ` Cause: ${describe(error.cause, depth + 1)}`;
  return `${text}${place && ` (${place})`}${cause}`;
}

/** Returns the line of a stack that names where an error was made. */
function placeOf({ message, stack = '' }: Error): string {
  const line = `${stack}`.replace(`${message}`, '').match(/^ +at .*/m)?.[0] ?? '';
  // A message may have lines like it.
  return toLine(redactLikelySecrets(line).trim());
}

/** A text of others may hold line breaks, and control characters that a terminal obeys. */
function toLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').slice(0, maxTextLength);
}
