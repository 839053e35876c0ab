import { longestTimeoutMs } from '@nexconn-kit/token-server/command-line';

/** Returns a deadline that leaves time for every attempt; undefined for the client's default. */
export function deadlineFor(timeoutMs: number | undefined): number | undefined {
  return timeoutMs && Math.min(Math.max(30_000, timeoutMs * 5), longestTimeoutMs);
}
