import type { RunningMock, SavedState } from '@nexconn-kit/mock';
import { clearTimeout, dateNow, setTimeout } from '../../../system-time.js';
import type { ChatServer } from './chat-server.js';
import type { ActionName, ActiveFault, Topic } from './protocol.js';
import type { TellStep } from './tell-steps.js';

/** What happens at the press of a button, for real, in the mock. */
export interface Actions {
  /** Runs an action, or takes it back where it is in force; resolves with the story that it belongs to. */
  readonly run: (action: ActionName, story: string) => Promise<string>;
  readonly faults: () => readonly ActiveFault[];
  /** Returns a state of the mock without what ends by itself: after a restart nothing would end it. */
  readonly withoutFaults: (state: SavedState) => SavedState;
  /** Ends the timers; the mock that they are about ends as well. */
  readonly close: () => void;
}

/** What an action needs of the demo. */
export interface ActionParts {
  readonly mock: RunningMock;
  readonly chat: ChatServer;
  readonly tell: TellStep;
  /** Called where a story begins, and where other faults are in force. */
  readonly onStory: (story: string, action: ActionName) => void;
  readonly onFaults: (faults: readonly ActiveFault[]) => void;
}

interface Fault {
  /** After how long it ends by itself, in milliseconds. */
  readonly lastsMs: number;
  readonly begin: (story: string) => Promise<void>;
  readonly end: () => Promise<void>;
  /** Returns a state of the mock as `end` leaves it. Default: it is no part of the state. */
  readonly undo?: (state: SavedState) => SavedState;
  /** The step that says that it is over. */
  readonly over: string;
}

const hourMs = 3_600_000;
/** Longer than the client waits for one attempt, which is five seconds. */
const slowMs = 6_000;

/** Which code meets what an action does. */
const topicOf: Readonly<Record<ActionName, Topic>> = {
  'rotate-secret': 'secret',
  'expire-tokens': 'connect',
  'suspend-app': 'connect',
  'api-down': 'client',
  'slow-api': 'client',
  'lose-connection': 'connect',
  'back-to-normal': 'connect',
};

/** Creates the actions; what is in force ends with them. */
export function createActions({ mock, chat, tell, onStory, onFaults }: ActionParts): Actions {
  const { appKey, console: mockConsole } = mock;
  /** What tokens were valid for before they expired here. */
  let validity: number | null = null;
  const active = new Map<ActionName, ActiveFault & { readonly timer: NodeJS.Timeout }>();

  const say = (action: ActionName, story: string, text: string, why: string, tone: 'good' | 'bad'): void =>
    tell({ story, rank: -1, from: 'api', to: 'api', topic: topicOf[action], text, why, tone });

  function withSettings(state: SavedState, settings: Partial<SavedState['apps'][number]['settings']>): SavedState {
    const apps = state.apps.map((app) =>
      app.appKey === appKey ? { ...app, settings: { ...app.settings, ...settings } } : app,
    );
    return { ...state, apps };
  }

  const faults: Partial<Record<ActionName, Fault>> = {
    'expire-tokens': {
      lastsMs: 12_000,
      over: 'The clock and the validity of tokens are as before',
      async begin(story) {
        validity = (await mockConsole.getApp({ appKey })).tokenValiditySeconds;
        await mockConsole.updateApp({ appKey, tokenValiditySeconds: hourMs / 1000 });
        await mockConsole.moveClock({ byMs: 2 * hourMs });
        say(
          'expire-tokens',
          story,
          'Tokens become valid for one hour only, and two hours pass',
          `They had ${validity === null ? 'no end' : `${validity} s`}. Validity and clock were set in the mock: all have expired.`,
          'bad',
        );
        await chat.look(story);
      },
      async end() {
        await mockConsole.updateApp({ appKey, tokenValiditySeconds: validity });
        await mockConsole.moveClock({ reset: true });
      },
      undo: (state) => ({ ...withSettings(state, { tokenValiditySeconds: validity }), clockOffsetMs: 0 }),
    },
    'suspend-app': {
      lastsMs: 15_000,
      over: 'The app is in service again',
      async begin(story) {
        await mockConsole.updateApp({ appKey, suspended: true });
        say(
          'suspend-app',
          story,
          'The app is suspended',
          'As in the console, for example where a bill was not paid.',
          'bad',
        );
        await chat.look(story);
      },
      async end() {
        await mockConsole.updateApp({ appKey, suspended: false });
      },
      undo: (state) => withSettings(state, { suspended: false }),
    },
    'api-down': {
      lastsMs: 8_000,
      over: 'The API is up again',
      async begin(story) {
        await mockConsole.setFault({ appKey, sequence: [{ kind: 'html', status: 503 }, { kind: 'reset' }], times: 0 });
        say(
          'api-down',
          story,
          'The API goes down',
          'Every request gets a 503 of a gateway, or its connection is reset.',
          'bad',
        );
      },
      end: async () => mockConsole.clearFaults({ appKey }),
    },
    'slow-api': {
      lastsMs: 12_000,
      over: 'The API is quick again',
      async begin(story) {
        const sequence = [
          { kind: 'latency' as const, ms: slowMs },
          { kind: 'latency' as const, ms: 1_500 },
        ];
        await mockConsole.setFault({ appKey, sequence, times: 1 });
        say('slow-api', story, 'The API becomes slow', 'The next answer takes 6 s, the one after it 1.5 s.', 'bad');
      },
      end: async () => mockConsole.clearFaults({ appKey }),
    },
  };

  const instants: Partial<Record<ActionName, (story: string) => Promise<void>>> = {
    async 'rotate-secret'(story) {
      await mockConsole.rotateSecret({ appKey, takesEffect: 'at-once' });
      say(
        'rotate-secret',
        story,
        'The App Secret is rotated, at once',
        'The old one signs no more, and every token is void.',
        'bad',
      );
      await chat.look(story);
    },
    async 'lose-connection'(story) {
      say('lose-connection', story, 'The network is lost', 'All devices are cut off from the chat server.', 'bad');
      chat.cut(story);
    },
    async 'back-to-normal'(story) {
      for (const action of [...active.keys()]) await finish(action);
      // What was set in the console of the mock goes, too.
      await mockConsole.clearFaults({ appKey });
      await mockConsole.updateApp({ appKey, suspended: false, tokenValiditySeconds: null });
      await mockConsole.moveClock({ reset: true });
      say('back-to-normal', story, 'Everything is back to normal', 'No fault, no suspension, the right time.', 'good');
      await chat.look(story);
    },
  };

  const list = () => [...active.values()].map(({ action, story, endsAt }) => ({ action, story, endsAt }));

  async function begin(action: ActionName, fault: Fault, story: string): Promise<void> {
    const timer = setTimeout(() => finish(action).catch(() => {}), fault.lastsMs).unref();
    active.set(action, { action, story, endsAt: dateNow() + fault.lastsMs, timer });
    onFaults(list());
    await fault.begin(story);
  }

  async function finish(action: ActionName): Promise<void> {
    const found = active.get(action);
    const fault = faults[action];
    if (found === undefined || fault === undefined) return;
    clearTimeout(found.timer);
    active.delete(action);
    await fault.end();
    say(action, found.story, fault.over, 'It ended by itself, or at the press of the button.', 'good');
    onFaults(list());
    await chat.look(found.story);
  }

  return {
    async run(action, story) {
      const found = active.get(action);
      if (found !== undefined) {
        await finish(action);
        return found.story;
      }
      onStory(story, action);
      const fault = faults[action];
      if (fault === undefined) await instants[action]?.(story);
      else await begin(action, fault, story);
      return story;
    },
    faults: list,
    withoutFaults: (state) => [...active.keys()].reduce((left, action) => faults[action]?.undo?.(left) ?? left, state),
    close() {
      // They stay in force, so that the last state is written without them.
      for (const { timer } of active.values()) clearTimeout(timer);
    },
  };
}
