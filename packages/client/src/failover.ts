/** A host that the API is called at. */
export interface Host {
  /** Such as `https://api.sg-light-api.com`. */
  readonly origin: string;
  /** The path of the base URL, which stands before every path of the API; mostly empty. */
  readonly prefix: string;
}

/** Returns the host of a base URL that has no slash at its end. */
export function toHost(baseUrl: string): Host {
  const { origin } = new URL(baseUrl);
  return { origin, prefix: baseUrl.slice(origin.length) };
}

/** Whether a host name, as a URL has it, is this machine; `spec/vectors/loopback.json` lists some. */
export function isLoopback(hostname: string): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Which host an attempt goes to. */
export interface Failover {
  /**
   * Returns the host of the next attempt, to be passed back once with what it came to. `failedAt` are those where attempts of
   * the same call have failed: another one goes before them.
   */
  readonly pick: (failedAt?: readonly Host[]) => Host;
  /** The host answered, whatever it said; one that is down is up again, unless the attempt began before it failed. */
  readonly succeeded: (host: Host) => void;
  /** The host did not answer as the API does; returns whether another one is up. */
  readonly failed: (host: Host) => boolean;
  /** Has `leave` called once the host goes down while another is up, where an attempt waits for it; undefined ends this. */
  readonly whenDown: (host: Host, leave: (() => void) | undefined) => void;
  /** The attempt ended without a verdict about the host. */
  readonly released: (host: Host) => void;
  /** Whether there is a host where no attempt of the call has failed. */
  readonly hasOther: (failedAt: readonly Host[]) => boolean;
}

/** How soon a host that failed is tried again, and what learns of a change. */
export interface FailoverOptions {
  /** In milliseconds; doubled with each failure in a row, up to ten times of it. */
  readonly coolDownMs: number;
  readonly monotonicNow: () => number;
  readonly onFailover: (from: string, to: string) => void;
}

interface HostState extends Host {
  downUntil: number;
  failures: number;
  failedAt: number;
  /** Counts how often it went down, came up or failed again: what an attempt says is of the time it began in. */
  changes: number;
  /** Whether one call probes it, while the others stay where they are. */
  isProbed: boolean;
  /** The attempts that wait for it, and how each leaves it. */
  readonly waiting: Map<Host, () => void>;
}

/** A host as it was picked for one attempt. */
interface PickedHost extends Host {
  readonly state: HostState;
  readonly changes: number;
  readonly isProbe: boolean;
}

/**
 * Creates the choice between a primary host and its backup: the first that is up, in the given order.
 *
 * A host that failed is left alone for a time, then one call probes it; only its success brings the others back. Where all
 * are down, the one that failed longest ago is next, and the first that answers is up.
 */
export function createFailover(
  given: readonly Host[],
  { coolDownMs, monotonicNow, onFailover }: FailoverOptions,
): Failover {
  const states: HostState[] = given.map((host) => {
    return { ...host, downUntil: 0, failures: 0, failedAt: 0, changes: 0, isProbed: false, waiting: new Map() };
  });
  let current = states[0] as HostState;

  function firstUp(among: readonly HostState[], now: number): HostState | undefined {
    return among.find(({ downUntil, isProbed }) => downUntil <= now && !isProbed);
  }

  function othersThan(failedAt: readonly Host[]): HostState[] {
    return states.filter((state) => !failedAt.some((host) => (host as PickedHost).state === state));
  }

  function choose(failedAt: readonly Host[]): HostState {
    const others = failedAt.length === 0 ? states : othersThan(failedAt);
    const among = others.length === 0 ? states : others;
    const longestAgo = (best: HostState, state: HostState) => (state.failedAt < best.failedAt ? state : best);
    return firstUp(among, monotonicNow()) ?? among.reduce(longestAgo);
  }

  function moveTo(state: HostState): void {
    if (state === current) return;
    onFailover(current.origin, state.origin);
    current = state;
  }

  function endProbe({ state, isProbe }: PickedHost): void {
    if (isProbe) state.isProbed = false;
  }

  return {
    pick(failedAt = []) {
      const state = choose(failedAt);
      const { origin, prefix, changes } = state;
      const isProbe = state.failures > 0 && !state.isProbed;
      if (isProbe) state.isProbed = true;
      const picked: PickedHost = { origin, prefix, state, changes, isProbe };
      return picked;
    },
    succeeded(host) {
      const { state, changes } = host as PickedHost;
      endProbe(host as PickedHost);
      // The call began before the host failed; if it counted, a flapping host would move all calls to and fro.
      if (changes !== state.changes) return;
      if (state.failures > 0) {
        state.changes += 1;
        [state.downUntil, state.failures] = [0, 0];
      }
      moveTo(states.find(({ failures }) => failures === 0) ?? state);
    },
    whenDown(host, leave) {
      const { waiting } = (host as PickedHost).state;
      if (leave) waiting.set(host, leave);
      else waiting.delete(host);
    },
    released: (host) => endProbe(host as PickedHost),
    failed(host) {
      const { state, changes } = host as PickedHost;
      const now = monotonicNow();
      const isNews = changes === state.changes;
      endProbe(host as PickedHost);
      // Of many calls under way that fail together, the first counts, and none that began before the host came up again.
      if (isNews) {
        state.changes += 1;
        state.failedAt = now;
        if (state.downUntil <= now) {
          state.downUntil = now + coolDownMs * Math.min(2 ** state.failures, 10);
          state.failures += 1;
        }
      }
      const other = firstUp(states, now);
      if (other) moveTo(other);
      if (other && isNews) for (const leave of [...state.waiting.values()]) leave();
      return other !== undefined;
    },
    hasOther: (failedAt) => othersThan(failedAt).length > 0,
  };
}

/** Returns a failover with a single host, for a call to another host than the client's: its own `baseUrl`, or where a middleware sent it. */
export function onlyHost(host: Host): Failover {
  const none = (): void => {};
  return {
    pick: () => host,
    succeeded: none,
    failed: () => false,
    whenDown: none,
    released: none,
    hasOther: () => false,
  };
}
