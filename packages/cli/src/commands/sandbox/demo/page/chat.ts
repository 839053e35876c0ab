import type { ConnectionAnswer } from '../protocol.js';
import { post } from './post.js';

/** How soon an SDK comes back after it lost the network. */
const comeBackMs = 800;

/** What the chat SDK of a device tells. */
export interface ChatOptions {
  readonly connection: string;
  readonly story: () => string;
  /** Before it connects with a token. */
  readonly onConnecting: (token: string, isSame: boolean) => void;
  readonly onConnected: () => void;
  /** A status that it is not connected with: a code, or the lost network. */
  readonly onStatus: (code: number | 'network') => void;
}

/** The chat SDK of a device, as far as tokens are concerned: what an app would import in its place. */
export interface Chat {
  readonly connect: (token: string) => Promise<ConnectionAnswer>;
  readonly watch: (listener: (code: number) => void) => () => void;
  /** Handles a status that the chat server has for this connection. */
  readonly take: (code: number | 'network') => void;
  /** Connects again with the token that it has, as after a lost network. */
  readonly reconnect: () => Promise<void>;
  readonly disconnect: () => void;
}

/** Creates the SDK; the chat server is played by the sandbox, which has the mock look at the token. */
export function createChat({ connection, story, onConnecting, onConnected, onStatus }: ChatOptions): Chat {
  const listeners = new Set<(code: number) => void>();
  let token = '';
  let isEnded = false;

  async function connect(next: string): Promise<ConnectionAnswer> {
    onConnecting(next, next === token);
    token = next;
    const answer = await post<ConnectionAnswer>('/demo/connect', { connection, token, story: story() });
    if (isEnded) leave();
    else if (answer.code === 0) onConnected();
    return answer;
  }

  async function reconnect(): Promise<void> {
    const { code } = await connect(token);
    if (code !== 0) tell(code);
  }

  function tell(code: number): void {
    onStatus(code);
    for (const listener of listeners) listener(code);
  }

  function leave(): void {
    post('/demo/disconnect', { connection }).catch(() => {});
  }

  return {
    connect,
    reconnect,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    take(code) {
      if (isEnded || token === '') return;
      if (code !== 'network' && code !== 0) return tell(code);
      if (code === 'network') onStatus(code);
      setTimeout(() => !isEnded && reconnect().catch(() => {}), code === 0 ? 0 : comeBackMs);
    },
    disconnect() {
      isEnded = true;
      leave();
    },
  };
}
