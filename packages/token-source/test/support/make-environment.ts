import type { Channel, Environment } from '../../src/environment.js';

/** A device of a test: its clocks stand still until they are moved, and its tabs share locks and channels. */
export interface TestEnvironment extends Environment {
  /** Moves both clocks, runs what is due on the way, and lets promises settle. */
  readonly pass: (ms: number) => Promise<void>;
  /** Sets the wall clock apart from the monotonic one. */
  readonly shiftWall: (ms: number) => void;
  /** What is waited for, in milliseconds from now on. */
  readonly timers: () => number[];
}

export interface TabsOfTest {
  readonly locks: Pick<LockManager, 'request'>;
  readonly openChannel: (name: string) => Channel;
}

export function makeEnvironment(more: Partial<Environment> = {}): TestEnvironment {
  let monotonicMs = 1000;
  let shift = Date.parse('2026-01-01T00:00:00Z');
  const due = new Set<{ at: number; run: () => void }>();
  return {
    now: () => monotonicMs + shift,
    monotonicNow: () => monotonicMs,
    random: () => 1,
    after(ms, run) {
      const timer = { at: monotonicMs + ms, run };
      due.add(timer);
      return () => void due.delete(timer);
    },
    async pass(ms) {
      const end = monotonicMs + ms;
      await settle();
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (!next) break;
        due.delete(next);
        monotonicMs = Math.max(monotonicMs, next.at);
        next.run();
        await settle();
      }
      monotonicMs = end;
      await settle();
    },
    shiftWall(ms) {
      shift += ms;
    },
    timers: () => [...due].map(({ at }) => at - monotonicMs),
    ...more,
  };
}

/** Resolves once everything has run that waits for promises alone. */
export async function settle(): Promise<void> {
  for (let count = 0; count < 3; count += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Locks and channels as browsers have them, for the tabs of one origin. */
export function makeTabs(): TabsOfTest {
  const channels = new Set<{ name: string; channel: Channel }>();
  const tails = new Map<string, Promise<unknown>>();
  const request = async (
    name: string,
    { signal, ifAvailable }: LockOptions,
    run: LockGrantedCallback<unknown>,
  ): Promise<unknown> => {
    if (ifAvailable && tails.has(name)) return run(null);
    const before = tails.get(name) ?? Promise.resolve();
    const given = new Promise((resolve, reject) => {
      let left = false;
      signal?.addEventListener('abort', () => {
        left = true;
        reject(signal.reason);
      });
      const go = (): unknown =>
        left ? undefined : Promise.resolve(run({ mode: 'exclusive', name })).then(resolve, reject);
      const held = before.then(go, go);
      tails.set(name, held);
      held.then(() => tails.get(name) === held && tails.delete(name));
    });
    return given;
  };
  return {
    locks: { request: request as unknown as LockManager['request'] },
    openChannel(name) {
      const channel: Channel = {
        onmessage: null,
        postMessage(data) {
          if (!channels.has(entry)) throw new DOMException('The channel is closed.', 'InvalidStateError');
          for (const other of channels) {
            if (other.name === name && other.channel !== channel) {
              queueMicrotask(() => other.channel.onmessage?.({ data } as MessageEvent));
            }
          }
        },
        close: () => void channels.delete(entry),
      };
      const entry = { name, channel };
      channels.add(entry);
      return channel;
    },
  };
}
