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

/** Which host an attempt goes to. */
export interface Failover {
  readonly pick: () => Host;
  /** The host answered, whatever it said; one that is down is up again if this attempt probed it. */
  readonly succeeded: (host: Host) => void;
  /** The host did not answer as the API does; returns whether another one is worth trying at once. */
  readonly failed: (host: Host) => boolean;
  /** The attempt ended without a verdict about the host. */
  readonly released: (host: Host) => void;
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
  /** Whether one call probes it, while the others stay where they are. */
  isProbed: boolean;
}

/**
 * Creates the choice between a primary host and its backup: the first that is up, in the given order.
 *
 * A host that failed is left alone for a time, then one call probes it; only its success brings the others back.
 */
export function createFailover(
  given: readonly Host[],
  { coolDownMs, monotonicNow, onFailover }: FailoverOptions,
): Failover {
  const states: HostState[] = given.map((host) => ({ ...host, downUntil: 0, failures: 0, isProbed: false }));
  let current = states[0] as HostState;

  function choose(): HostState {
    const now = monotonicNow();
    const up = states.find(({ downUntil, isProbed }) => downUntil <= now && !isProbed);
    // Where all are down, the one that has been left alone for the longest time.
    return up ?? states.reduce((best, state) => (state.downUntil < best.downUntil ? state : best));
  }

  function moveTo(state: HostState): void {
    if (state === current) return;
    onFailover(current.origin, state.origin);
    current = state;
  }

  return {
    pick() {
      const state = choose();
      if (state.failures > 0) state.isProbed = true;
      return state;
    },
    succeeded(host) {
      const state = host as HostState;
      // The call began before the host failed; if it counted, a flapping host would move all calls to and fro.
      if (state.failures > 0 && !state.isProbed) return;
      [state.downUntil, state.failures, state.isProbed] = [0, 0, false];
      moveTo(states.find(({ failures }) => failures === 0) ?? state);
    },
    released(host) {
      (host as HostState).isProbed = false;
    },
    failed(host) {
      const state = host as HostState;
      const now = monotonicNow();
      state.isProbed = false;
      // Of many calls under way that fail together, the first counts.
      if (state.downUntil <= now) {
        state.downUntil = now + coolDownMs * Math.min(2 ** state.failures, 10);
        state.failures += 1;
      }
      const other = states.find(({ downUntil, isProbed }) => downUntil <= now && !isProbed);
      if (other) moveTo(other);
      return other !== undefined;
    },
  };
}

/** Returns a failover with a single host, for a call to another host than the client's: its own `baseUrl`, or where a middleware sent it. */
export function onlyHost(host: Host): Failover {
  return { pick: () => host, succeeded() {}, failed: () => false, released() {} };
}
