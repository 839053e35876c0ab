import type { TokenSource } from '@nexconn-kit/token-source';
import { useNexconnToken } from '@nexconn-kit/token-source/react';

/** Shows whether the user can connect to the chat. */
export function TokenStatus({ source }: { source: TokenSource }) {
  const state = useNexconnToken(source);
  if (state.status === 'ready') return <p>a token of {state.token.length} characters</p>;
  if (state.status !== 'failed') return <p>{state.status}</p>;
  return (
    <button type="button" onClick={state.reload}>
      {state.error.code}: try again
    </button>
  );
}
