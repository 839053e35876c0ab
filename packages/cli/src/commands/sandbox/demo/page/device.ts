import {
  createTokenSource,
  type KeptConnection,
  keepConnected,
  type TokenSource,
  type TokenSourceEvent,
} from '@nexconn-kit/token-source';
import { type ConnectionAnswer, type Step, tailOf } from '../protocol.js';
import { type Chat, createChat } from './chat.js';
import { durationOf } from './elements.js';
import { answerStep, eventStep, maxAttempts, requestStep, type Said } from './source-steps.js';

/** A user of the demo. */
export interface DemoUser {
  readonly id: string;
  readonly name: string;
  /** One who comes for a story and goes with the next. */
  readonly isGuest?: boolean;
}

/** How a device stands. */
export interface DeviceView {
  readonly state: 'good' | 'warn' | 'bad' | 'quiet';
  readonly text: string;
  /** The end of its token; undefined where it has none. */
  readonly token: string | undefined;
  /** Such as `valid until refused`, since no answer names an end. */
  readonly validity: string;
}

/** What a device tells the page. */
export interface DeviceOptions {
  readonly user: DemoUser;
  readonly number: number;
  readonly tab: string;
  readonly tell: (step: Step) => void;
  readonly onView: () => void;
  /** Once it is connected in a story. */
  readonly onConnected: (story: string) => void;
  /** Where it gives up in a story. */
  readonly onFailed: (story: string, reason: string) => void;
  /** Where the user signed out in another tab; returns the story that this belongs to. */
  readonly onSignedOut: () => string;
}

/** One device of a user: a token source and a connection of its own. */
export interface Device {
  readonly user: DemoUser;
  readonly number: number;
  readonly connection: string;
  readonly view: () => DeviceView;
  readonly start: (story: string) => Promise<void>;
  /** Handles a status of the chat server, which belongs to a story. */
  readonly take: (code: number | 'network', story: string) => void;
  readonly reconnect: (story: string) => void;
  /** The sandbox is gone, and the chat server with it. */
  readonly lose: () => void;
  /** Signs out: forgets the token. */
  readonly signOut: (story: string) => Promise<void>;
  /** Ends it and keeps the token, as an app that is closed. */
  readonly close: () => void;
}

/** What a status of the chat server means to a device. */
const meanings: Readonly<Record<string, string>> = {
  network: 'The SDK comes back by itself, with the token that it has.',
  31004: 'The token is invalid by now: the token source has it replaced.',
  31008: 'The app is suspended, which no other token mends: nothing is asked for.',
  31020: 'The token has expired: the token source has it replaced.',
};

export function createDevice(options: DeviceOptions): Device {
  const { user, number, tab, tell, onView, onConnected, onFailed, onSignedOut } = options;
  const key = `${user.id}-${number}`;
  const connection = `${tab}.${key}`;
  let story = 'sign-in';
  let view: DeviceView = { state: 'quiet', text: 'starting', token: undefined, validity: '' };
  let kept: KeptConnection<ConnectionAnswer> | undefined;
  let isEnded = false;

  const say = (said: Said): void => tell({ story, at: Date.now(), from: 'app', to: 'app', ...said });
  const device = `${user.name}, device ${number}`;

  function show(change: Partial<DeviceView>): void {
    view = { ...view, ...change };
    if (!isEnded) onView();
  }

  /** Sends a request of the token source, and says what is asked and answered. */
  async function watchedFetch(url: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    say(requestStep(device, String(init?.body ?? '{}')));
    const startedAt = performance.now();
    const response = await fetch(url, init);
    const durationMs = performance.now() - startedAt;
    const answer = await response
      .clone()
      .json()
      .catch(() => ({}));
    const { said, validity } = answerStep(response, answer);
    if (validity !== '') show({ validity });
    say({ ...said, durationMs });
    return response;
  }

  function takeEvent(event: TokenSourceEvent): void {
    if (event.type === 'cleared' && !isEnded) {
      end();
      source.close();
      story = onSignedOut();
    }
    const said = eventStep(device, event);
    if (said) say(said);
    if (event.type === 'attempt-failed' && event.waitMs !== undefined) {
      show({ state: 'warn', text: `asks again in ${durationOf(event.waitMs)}` });
    }
  }

  const source: TokenSource = createTokenSource({
    endpoint: '/access-token',
    fetch: watchedFetch,
    headers: () => ({ 'X-User-Id': user.id, 'X-Request-ID': `demo.${story}.${key}` }),
    ...(user.isGuest ? {} : { storage: () => localStorage }),
    storageKey: `nexconn-demo-token-${key}`,
    maxAttempts,
    onEvent: takeEvent,
  });

  const chat: Chat = createChat({
    connection,
    story: () => story,
    onConnecting(token, isSame) {
      const why = isSame ? 'It is the one that it has: no request for another.' : `${device} goes to the chat server.`;
      say({ rank: 9, to: 'api', topic: 'connect', text: `SDK connects with token ${tailOf(token)}`, why });
      show({ state: 'warn', text: 'connecting', token: tailOf(token), validity: view.validity || 'kept from before' });
    },
    onConnected() {
      show({ state: 'good', text: 'connected' });
      onConnected(story);
    },
    onStatus(code) {
      const text = code === 'network' ? 'SDK has lost the network' : `Chat server says ${code}`;
      say({
        rank: 1,
        from: 'api',
        topic: 'connect',
        text,
        why: `${device}. ${meanings[code] ?? 'Left to the SDK.'}`,
        tone: 'bad',
      });
      if (code === 'network') show({ state: 'warn', text: 'connection lost' });
      else if (code === 31008) show({ state: 'bad', text: 'app suspended (31008)' });
      else show({ state: 'warn', text: `token refused (${code})` });
    },
  });

  async function start(next: string): Promise<void> {
    story = next;
    show({ state: 'warn', text: 'asks for a token' });
    try {
      kept = await keepConnected(source, {
        connect: chat.connect,
        onStatus: chat.watch,
        onEnd: ({ code, error }) => fail(code ?? error),
      });
      if (kept.answer.code !== 0) fail(kept.answer.code);
    } catch (error) {
      fail(error);
    }
  }

  function fail(reason: unknown): void {
    if (isEnded) return;
    const code =
      typeof reason === 'number' ? String(reason) : String((reason as { code?: string })?.code ?? 'no answer');
    show({ state: 'bad', text: `not connected (${code})` });
    onFailed(story, code);
  }

  function end(): void {
    isEnded = true;
    kept?.stop();
    chat.disconnect();
  }

  return {
    ...{ user, number, connection, start },
    view: () => view,
    take(code, next) {
      story = next;
      chat.take(code);
    },
    reconnect(next) {
      story = next;
      // One that is still asking goes on by itself.
      if (view.state === 'warn' && kept === undefined) return;
      if (view.token === undefined || kept === undefined) start(next);
      else chat.reconnect().catch(() => {});
    },
    lose: () => view.state === 'good' && show({ state: 'warn', text: 'connection lost' }),
    async signOut(next) {
      story = next;
      end();
      await source.clear().catch(() => {});
      source.close();
    },
    close() {
      end();
      source.close();
    },
  };
}
