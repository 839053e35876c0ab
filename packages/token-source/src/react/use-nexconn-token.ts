import { useMemo, useSyncExternalStore } from 'react';
import type { TokenSource } from '../types.js';
import { createTokenView, type NexconnTokenState } from './token-view.js';

/**
 * Returns the token of a source, or what keeps it away; renders anew with every token that replaces it.
 *
 * Fetches in effects only, so that a server renders `loading`. Create the source outside of components.
 *
 * @example
 * const state = useNexconnToken(source);
 * if (state.status === 'failed') return <button onClick={state.reload}>Try again</button>;
 */
export function useNexconnToken(source: Pick<TokenSource, 'get' | 'subscribe'>): NexconnTokenState {
  const view = useMemo(() => createTokenView(source), [source]);
  return useSyncExternalStore(view.subscribe, view.read, view.read);
}
