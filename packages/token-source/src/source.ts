import { createTabs } from './cache/cross-tab.js';
import { createTokenCache } from './cache/token-cache.js';
import { createEmitter } from './emitter.js';
import type { Environment } from './environment.js';
import { optionChecks, TokenSourceError } from './errors.js';
import { createFetcher } from './fetch/fetch-with-retry.js';
import { checkWait, type Settings } from './settings.js';
import { createSharedFetch, type SharedFetch } from './single-flight.js';
import type { TokenSource, TokenWaitOptions } from './types.js';
import { sleep } from './waiting.js';

/** Creates a source of checked options, in a given environment. */
export function assembleSource(settings: Settings, environment: Environment): TokenSource {
  const { emit, subscribe } = createEmitter(settings.onEvent);
  const cache = createTokenCache(settings, environment, emit);
  const fetchToken = createFetcher(settings, environment, emit);
  const tabs = createTabs(settings, environment, {
    onCleared: (mark) => void leave(() => cache.forget(mark)),
    onChanged: () => void cache.load(rejected),
  });
  /** The token to replace, named by every fetch until there is another one. */
  let rejected: string | undefined;
  let running: (SharedFetch & { readonly rejectedToken: string | undefined }) | undefined;

  return { get, reject, clear, subscribe, close };

  async function get(options?: TokenWaitOptions): Promise<string> {
    checkWait(options);
    return cache.current() ?? (running ?? start()).join(options);
  }

  async function reject(token: string, options?: TokenWaitOptions): Promise<string> {
    optionChecks.checkText('token', token);
    checkWait(options);
    cache.drop(token);
    const replaced = cache.current();
    if (replaced !== undefined) return replaced;
    rejected = token;
    const fetching = running ?? start();
    const found = await fetching.join(options);
    // The fetch under way may have begun before the rejection.
    return found === token && fetching.rejectedToken !== token ? reject(token, options) : found;
  }

  function clear(): Promise<void> {
    return leave(async () => {
      const mark = `${environment.now()}-${environment.random()}`;
      try {
        await cache.clear(mark);
      } finally {
        tabs.post(`cleared ${mark}`);
      }
    });
  }

  function close(): void {
    running?.end(new TokenSourceError('The token source was closed.', { code: 'ABORTED' }));
    tabs.close();
  }

  /** Ends the fetch of a user who logs out, and forgets the token, before anything else can run. */
  function leave(forget: () => Promise<void>): Promise<void> {
    rejected = undefined;
    running?.end(new TokenSourceError('The user logged out meanwhile.', { code: 'CLEARED' }));
    const forgotten = forget();
    emit({ type: 'cleared' });
    return forgotten;
  }

  function start(): NonNullable<typeof running> {
    const rejectedToken = rejected;
    const onOver = (): void => {
      if (running === started) running = undefined;
    };
    const started = { ...createSharedFetch((signal) => find(rejectedToken, signal), onOver), rejectedToken };
    running = started;
    return started;
  }

  async function find(rejectedToken: string | undefined, signal: AbortSignal): Promise<string> {
    const stored = await cache.load(rejectedToken);
    if (stored !== undefined) return stored;
    return tabs.exclusively(
      signal,
      async (waited) => (await look(rejectedToken, signal, waited)) ?? renew(rejectedToken, signal),
    );
  }

  async function look(
    rejectedToken: string | undefined,
    signal: AbortSignal,
    waited: boolean,
  ): Promise<string | undefined> {
    let stored = await cache.load(rejectedToken);
    if (!waited) return stored;
    // What another tab stored before it released the lock takes a moment to be seen in this one.
    for (const ms of [25, 50, 100, 200]) {
      if (stored !== undefined) break;
      await sleep(ms, signal, { after: environment.after });
      stored = await cache.load(rejectedToken);
    }
    return stored;
  }

  async function renew(rejectedToken: string | undefined, signal: AbortSignal): Promise<string> {
    const logOuts = cache.logOuts();
    if (rejectedToken !== undefined) await cache.unstore();
    const fetched = await fetchToken(rejectedToken, signal);
    // A listener has closed the source or logged out: nobody waits any more, and what came is not kept.
    if (signal.aborted) return fetched.accessToken;
    if (rejected === rejectedToken) rejected = undefined;
    const isOfThisLogIn = await cache.keep(fetched, logOuts);
    // Another tab has logged out, and its word is still under way.
    if (!isOfThisLogIn) await leave(cache.forget);
    else tabs.post('changed');
    return fetched.accessToken;
  }
}
