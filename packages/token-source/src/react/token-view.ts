import type { TokenSourceError } from '../errors.js';
import type { TokenSource, TokenSourceEvent } from '../types.js';

/** The state of the token in a component. */
export type NexconnTokenState = { readonly reload: () => void } & (
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly token: string }
  | { readonly status: 'failed'; readonly error: TokenSourceError }
  /** The user logged out; `reload` after the next log-in. */
  | { readonly status: 'cleared' }
);

/** A store as `useSyncExternalStore` reads it. */
export interface TokenView {
  readonly read: () => NexconnTokenState;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Creates the view of a source, which follows it while there is a subscriber. */
export function createTokenView(source: Pick<TokenSource, 'get' | 'subscribe'>): TokenView {
  const listeners = new Set<() => void>();
  let state: NexconnTokenState = { status: 'loading', reload };
  let loading: object | undefined;
  let stop: (() => void) | undefined;

  function show(next: NexconnTokenState): void {
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function load(): void {
    const own = {};
    loading = own;
    const settle = (next: NexconnTokenState): void => {
      if (loading !== own) return;
      loading = undefined;
      show(next);
    };
    source.get().then(
      (token) => settle({ status: 'ready', token, reload }),
      (error: TokenSourceError) => settle({ status: 'failed', error, reload }),
    );
  }

  function reload(): void {
    show({ status: 'loading', reload });
    load();
  }

  function follow({ type }: TokenSourceEvent): void {
    if (type === 'cleared') {
      loading = undefined;
      show({ status: 'cleared', reload });
    } else if ((type === 'fetched' || type === 'taken') && !loading) load();
  }

  return {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (!stop) {
        stop = source.subscribe(follow);
        if (state.status !== 'cleared') load();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
