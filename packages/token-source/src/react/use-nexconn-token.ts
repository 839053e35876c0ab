import { useMemo, useSyncExternalStore } from 'react';
import type { TokenSource } from '../types.js';
import { createTokenView, type NexconnTokenState } from './token-view.js';

/**
 * Returns the token of a source, or what keeps it away; renders anew with every token that replaces it.
 *
 * Fetches in effects only, so that a server renders `loading`. Create the source outside of components.
 *
 * @throws {TypeError} with the code INVALID_OPTION where the source is none
 * @example
 * const state = useNexconnToken(source);
 * if (state.status === 'failed') return <button onClick={state.reload}>Try again</button>;
 */
export function useNexconnToken(source: Pick<TokenSource, 'get' | 'subscribe'>): NexconnTokenState {
  if (typeof source?.get !== 'function' || typeof source.subscribe !== 'function') {
    // The class of our errors would double what a page loads.
    const message = 'source is no token source. Pass what createTokenSource returns.';
    throw Object.assign(new TypeError(message), { code: 'INVALID_OPTION' });
  }
  const view = useMemo(() => createTokenView(source), [source]);
  return useSyncExternalStore(view.subscribe, view.read, view.read);
}
