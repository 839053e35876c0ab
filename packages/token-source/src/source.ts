import { createTabs } from './cache/cross-tab.js';
import { createKeeper } from './cache/token-cache.js';
import { createEmitter } from './emitter.js';
import type { Environment } from './environment.js';
import { TokenSourceError } from './errors.js';
import { createFetcher } from './fetch/fetch-with-retry.js';
import type { Settings } from './settings.js';
import { createFlight, type Flight } from './single-flight.js';
import type { TokenSource, TokenWaitOptions } from './types.js';
import { wait } from './waiting.js';

/** Makes a source of checked options, in a given environment. */
export function assembleSource(settings: Settings, environment: Environment): TokenSource {
  const { emit, subscribe } = createEmitter(settings.onEvent);
  const keeper = createKeeper(settings, environment, emit);
  const fetchToken = createFetcher(settings, environment, emit);
  const tabs = createTabs(settings, environment, {
    onCleared: () => void leave(keeper.forget),
    onChanged: () => void keeper.load(rejected),
  });
  /** Named by every fetch until there is another token. */
  let rejected: string | undefined;
  let flight: (Flight & { readonly without: string | undefined }) | undefined;

  return { get, reject, clear, subscribe, close };

  async function get(options?: TokenWaitOptions): Promise<string> {
    return keeper.current() ?? (flight ?? start()).join(options);
  }

  async function reject(token: string, options?: TokenWaitOptions): Promise<string> {
    keeper.drop(token);
    const replaced = keeper.current();
    if (replaced !== undefined) return replaced;
    rejected = token;
    const running = flight ?? start();
    const found = await running.join(options);
    // What was under way may not have known of the rejection.
    return found === token && running.without !== token ? reject(token, options) : found;
  }

  function clear(): Promise<void> {
    return leave(async () => {
      try {
        await keeper.clear();
      } finally {
        tabs.tell('cleared');
      }
    });
  }

  function close(): void {
    flight?.end(new TokenSourceError('ABORTED', 'The token source was closed.'));
    tabs.close();
  }

  /** Ends what belongs to a user who logs out, before anything else can happen. */
  function leave(forget: () => Promise<void>): Promise<void> {
    rejected = undefined;
    flight?.end(new TokenSourceError('CLEARED', 'The user logged out while a token was waited for.'));
    const forgotten = forget();
    emit({ type: 'cleared' });
    return forgotten;
  }

  function start(): NonNullable<typeof flight> {
    const without = rejected;
    const onOver = (): void => {
      if (flight === started) flight = undefined;
    };
    const started = { ...createFlight((signal) => find(without, signal), onOver), without };
    flight = started;
    return started;
  }

  async function find(without: string | undefined, signal: AbortSignal): Promise<string> {
    const stored = await keeper.load(without);
    if (stored !== undefined) return stored;
    return tabs.alone(signal, async (waited) => (await look(without, signal, waited)) ?? renew(without, signal));
  }

  async function look(without: string | undefined, signal: AbortSignal, waited: boolean): Promise<string | undefined> {
    let stored = await keeper.load(without);
    if (!waited) return stored;
    // What another tab has stored before it gave way takes a moment to be seen in this one.
    for (const ms of [25, 50, 100, 200]) {
      if (stored !== undefined) break;
      await wait(ms, signal, { after: environment.after });
      stored = await keeper.load(without);
    }
    return stored;
  }

  async function renew(without: string | undefined, signal: AbortSignal): Promise<string> {
    if (without !== undefined) await keeper.unstore();
    const fetched = await fetchToken(without, signal);
    if (signal.aborted) throw new TokenSourceError('ABORTED', 'Nobody waited for the token any more.');
    if (rejected === without) rejected = undefined;
    await keeper.keep(fetched);
    tabs.tell('changed');
    return fetched.accessToken;
  }
}
