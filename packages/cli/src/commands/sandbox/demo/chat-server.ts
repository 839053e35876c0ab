import type { RunningMock } from '@nexconn-kit/mock';
import { clearInterval, setInterval } from '../../../system-time.js';
import { type ConnectionAnswer, type DemoEvent, tailOf } from './protocol.js';
import type { TellStep } from './tell-steps.js';

/** More than anybody opens; the oldest is forgotten. */
const maxConnections = 100;
/** How soon a connection hears of what was done in the console of the mock. */
const lookMs = 1_000;

/** The chat server that the demo plays: it believes what the mock's connection check says of a token. */
export interface ChatServer {
  readonly connect: (request: { connection: string; token: string; story: string }) => Promise<ConnectionAnswer>;
  readonly disconnect: (connection: string) => void;
  /** Notifies every connection whose token is not good any more, at once. */
  readonly look: (story: string) => Promise<void>;
  /** Cuts every connection off, as a lost network does. */
  readonly cut: (story: string) => void;
  readonly close: () => void;
}

/** Creates the chat server; it looks at its connections as long as there is one. */
export function createChatServer(
  mock: RunningMock,
  tell: TellStep,
  publish: (event: Extract<DemoEvent, { type: 'status' }>) => void,
): ChatServer {
  const connections = new Map<string, { readonly token: string; code: number }>();
  let timer: NodeJS.Timeout | undefined;

  const check = (token: string) => mock.console.checkToken({ appKey: mock.appKey, token });

  async function look(story: string): Promise<void> {
    for (const [connection, kept] of connections) {
      const { code } = await check(kept.token);
      // It may have connected anew meanwhile.
      if (code === kept.code || connections.get(connection) !== kept) continue;
      kept.code = code;
      publish({ type: 'status', connection, code, story });
    }
  }

  function watch(): void {
    timer ??= setInterval(() => {
      if (connections.size === 0) stop();
      else look('').catch(() => {});
    }, lookMs).unref();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    async connect({ connection, token, story }) {
      const { code, userId, meaning } = await check(token);
      connections.delete(connection);
      if (code === 0) {
        connections.set(connection, { token, code });
        const [oldest] = connections.keys();
        if (connections.size > maxConnections && oldest !== undefined) connections.delete(oldest);
        watch();
      }
      tell({
        ...{ story, rank: 10, from: 'api', to: 'app', topic: 'connect' },
        text: `Connection check of ${tailOf(token)}: code ${code}`,
        why: code === 0 ? `It is a token of ${userId}: connected.` : meaning,
        tone: code === 0 ? 'good' : 'bad',
      });
      return { code, meaning, ...(userId === undefined ? {} : { userId }) };
    },
    disconnect: (connection) => void connections.delete(connection),
    look,
    cut(story) {
      for (const connection of connections.keys()) publish({ type: 'status', connection, code: 'network', story });
      connections.clear();
    },
    close: stop,
  };
}
