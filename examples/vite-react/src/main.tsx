import { createTokenSource } from '@nexconn-kit/token-source';
import { type NexconnTokenState, useNexconnToken } from '@nexconn-kit/token-source/react';
import { createRoot } from 'react-dom/client';

const source = createTokenSource({ endpoint: '/access-token' });

function App() {
  const state = useNexconnToken(source);
  return (
    <>
      <p id="status">{describe(state)}</p>
      <button type="button" onClick={state.reload}>
        Again
      </button>
    </>
  );
}

function describe(state: NexconnTokenState): string {
  if (state.status === 'ready') return `a token of ${state.token.length} characters`;
  if (state.status === 'failed') return state.error.code === 'LOGIN_REQUIRED' ? 'please log in' : state.error.message;
  return state.status;
}

createRoot(document.querySelector('#root') as Element).render(<App />);
