import { attempt, type Environment } from '../environment.js';

/** A token as it is kept, in memory and, but for `monotonic`, in the storage. */
export interface KeptToken {
  readonly accessToken: string;
  readonly userId: string | undefined;
  readonly lifetimeMs: number | null;
  /** When it was asked for, as Unix time in milliseconds; all that a later run can go by. */
  readonly wall: number;
  /** The same in monotonic milliseconds of this run. */
  readonly monotonic: number;
  /** The mark of the log-out that came before it was asked for; empty where there was none, undefined where nobody can tell. */
  readonly after: string | undefined;
}

/** Whether a token can be used: the last tenth of its lifetime, a minute at most, is for its way to the chat server. */
export function isUsable({ lifetimeMs, wall, monotonic }: KeptToken, { now, monotonicNow }: Environment): boolean {
  if (lifetimeMs === null) return true;
  // Monotonic time may stand still while a device sleeps, and the wall clock may be set back: the longer time counts.
  const elapsedMs = Math.max(monotonicNow() - monotonic, now() - wall);
  // Below 0 both were set back, and the age is unknown.
  return elapsedMs >= 0 && elapsedMs < lifetimeMs - Math.min(lifetimeMs / 10, 60_000);
}

/** Returns what stands in a storage as a token; undefined where it is none, or its age is unknown. */
export function readKeptToken(text: unknown, { now, monotonicNow }: Environment): KeptToken | undefined {
  return attempt(() => {
    const { accessToken, userId, lifetimeMs, wall, after = '' } = JSON.parse(text as string) as KeptToken;
    const age = now() - wall;
    const shaped = typeof accessToken === 'string' && accessToken.trim() && typeof wall === 'number';
    const timed = lifetimeMs === null || (typeof lifetimeMs === 'number' && age >= 0);
    // A token stored in the future was stored before the clock was set back: its age is unknown.
    return shaped && timed
      ? { accessToken, userId, lifetimeMs, wall, after, monotonic: monotonicNow() - age }
      : undefined;
  });
}
