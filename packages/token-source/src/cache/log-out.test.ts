import { describe, expect, it } from 'vitest';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { makeServer, makeSource, makeStorage } from '../../test/support/make-source.js';
import type { Channel } from '../environment.js';
import type { FetchedToken, TokenStorage } from '../types.js';

/** An app of several tabs, whose messages and whose views of the storage come when a test says so. */
function makeApp() {
  const shared = makeStorage();
  const channels = new Set<{ channel: Channel; waiting: string[] }>();
  const app = { user: 'ada' as string | undefined, issued: 0 };
  let gate = Promise.resolve();

  /** Answers with a token of who is logged in when it is asked, however late the answer comes. */
  async function fetchToken(): Promise<FetchedToken> {
    const { user } = app;
    app.issued += 1;
    const accessToken = `${user}-${app.issued}`;
    await gate;
    if (user === undefined) throw Object.assign(new Error('Nobody is logged in.'), { status: 401 });
    return { accessToken, userId: user };
  }

  function openTab({ hasChannel = true, events }: { hasChannel?: boolean; events?: EventTarget } = {}) {
    let view: Map<string, string> | undefined;
    const storage: TokenStorage = { ...shared, getItem: (key) => (view ?? shared.entries).get(key) ?? null };
    const entry = { waiting: [] as string[], channel: {} as Channel };
    entry.channel = {
      onmessage: null,
      postMessage(data) {
        for (const other of channels) if (other !== entry) other.waiting.push(data);
      },
      close: () => void channels.delete(entry),
    };
    const openChannel = () => {
      channels.add(entry);
      return entry.channel;
    };
    const environment = makeEnvironment({ events, ...(hasChannel && { openChannel }) });
    return {
      environment,
      source: makeSource(environment, fetchToken, { storage }),
      /** What is read from now on is as old as now. */
      freezeView() {
        view = new Map(shared.entries);
      },
      thawView() {
        view = undefined;
      },
      async hear() {
        for (const data of entry.waiting.splice(0)) entry.channel.onmessage?.({ data } as MessageEvent);
        await settle();
      },
    };
  }

  return {
    app,
    shared,
    openTab,
    hold() {
      let goOn = (): void => {};
      gate = new Promise((resolve) => {
        goOn = resolve;
      });
      return async () => {
        goOn();
        await settle();
      };
    },
    release() {
      gate = Promise.resolve();
    },
  };
}

const codeOf = (work: Promise<string>) => work.catch(({ code }) => code as string);

describe('an answer that was asked for before a log-out in another tab', () => {
  it.each(
    [true, false].flatMap((hasChannel) =>
      [true, false].flatMap((isStale) =>
        (['before the next log-in', 'after it', 'after its token was stored'] as const).map(
          (when) => [hasChannel ? 'a late word' : 'no word', isStale ? 'an old' : 'the', when] as const,
        ),
      ),
    ),
  )(
    'is dropped in every tab, with %s of the log-out and %s view of the storage, where it comes %s',
    async (word, view, when) => {
      const { app, shared, openTab, hold, release } = makeApp();
      const [one, two] = [openTab(), openTab({ hasChannel: word === 'a late word' })];
      const answer = hold();
      const late = codeOf(two.source.get());
      await settle();
      release();
      if (view === 'an old') two.freezeView();

      app.user = undefined;
      await one.source.clear();
      if (when === 'before the next log-in') await answer();
      app.user = 'eve';
      if (when === 'after it') await answer();
      const own = await one.source.get();
      if (when === 'after its token was stored') await answer();

      expect(own).toMatch(/^eve/);
      // Whatever is in the storage by now, no other tab takes it for the token of who is logged in.
      expect(await openTab().source.get()).toMatch(/^eve/);
      two.thawView();
      await two.hear();
      await one.hear();
      if (view === 'the') expect(await late).toBe('CLEARED');
      expect(await one.source.get()).toMatch(/^eve/);
      expect(await openTab().source.get()).toMatch(/^eve/);
      if (word === 'a late word' || view === 'the') expect(await two.source.get()).toMatch(/^eve/);
      expect([...shared.entries.values()].join()).not.toContain('ada');
    },
  );

  it('is dropped by another source of the same page too', async () => {
    const { app, openTab, hold, release } = makeApp();
    const [one, two] = [openTab({ hasChannel: false }), openTab({ hasChannel: false })];
    const answer = hold();
    const late = codeOf(one.source.get());
    await settle();
    release();
    await two.source.clear();
    app.user = 'eve';
    await answer();
    expect(await late).toBe('CLEARED');
    expect(await two.source.get()).toMatch(/^eve/);
  });
});

describe('an answer that was asked for after a log-out in another tab', () => {
  it('is kept where the tab has heard of that, though it does not see it in the storage yet', async () => {
    const { app, shared, openTab, hold } = makeApp();
    const [one, two] = [openTab(), openTab()];
    await two.source.get();
    two.freezeView();
    await one.source.clear();
    app.user = 'eve';
    await two.hear();
    const answer = hold();
    const asked = codeOf(two.source.get());
    await settle();
    two.thawView();
    await answer();
    expect(await asked).toMatch(/^eve/);
    expect(shared.entries.get('nexconn-token')).toContain('eve');
    expect(await openTab().source.get()).toBe(await asked);
  });

  it('is kept in memory where the tab has heard of that, and sees it in the storage only later', async () => {
    const { app, openTab } = makeApp();
    const [one, two] = [openTab(), openTab()];
    await two.source.get();
    two.freezeView();
    await one.source.clear();
    app.user = 'eve';
    await two.hear();
    const seen: string[] = [];
    two.source.subscribe(({ type }) => seen.push(type));
    const token = await two.source.get();
    two.thawView();
    await one.source.get();
    await two.hear();
    expect(seen).not.toContain('cleared');
    expect(token).toMatch(/^eve/);
  });

  it('is kept by the tab that logged out, whose storage took no mark', async () => {
    const shared = makeStorage();
    const storage = {
      ...shared,
      setItem(key: string, value: string) {
        if (key.endsWith('.cleared')) throw new Error('quota');
        shared.setItem(key, value);
      },
    };
    const source = makeSource(makeEnvironment(), makeServer().fetchToken, { storage });
    await source.get();
    await source.clear();
    expect(await source.get()).toBe('token-2');
    expect(shared.entries.get('nexconn-token')).toContain('token-2');
  });

  it('stays in memory where nobody can tell, since the storage could not be read', async () => {
    const shared = makeStorage();
    await makeSource(makeEnvironment(), makeServer().fetchToken, { storage: shared }).clear();
    let isBroken = true;
    const storage = {
      ...shared,
      getItem(key: string) {
        if (isBroken) throw new Error('locked');
        return shared.getItem(key);
      },
    };
    const { fetchToken, requests } = makeServer(async () => {
      isBroken = false;
      return { accessToken: 'a' };
    });
    const source = makeSource(makeEnvironment(), fetchToken, { storage });
    expect([await source.get(), await source.get()]).toEqual(['a', 'a']);
    expect(requests).toHaveLength(1);
    expect(shared.entries.has('nexconn-token')).toBe(false);
  });
});

describe('a log-out of the same tab', () => {
  /** Storage whose next reads, or writes of a token, wait until they are let go on. */
  function makeGate() {
    const inner = makeStorage();
    let gate: Promise<void> | undefined;
    const storage = {
      ...inner,
      async getItem(key: string) {
        const read = inner.getItem(key);
        await gate;
        return read;
      },
      async setItem(key: string, value: string) {
        if (!key.endsWith('.cleared')) await gate;
        inner.setItem(key, value);
      },
    };
    const hold = () => {
      let goOn = (): void => {};
      gate = new Promise((resolve) => {
        goOn = resolve;
      });
      return () => {
        gate = undefined;
        goOn();
      };
    };
    return { inner, storage, hold };
  }

  it('counts for a token that is just being stored', async () => {
    const { storage, hold } = makeGate();
    let goOn = (): void => {};
    // Only what follows the first answer waits.
    const { fetchToken } = makeServer(() => {
      goOn = hold();
      return { accessToken: 'a' };
    });
    const source = makeSource(makeEnvironment(), fetchToken, { storage });
    const got = codeOf(source.get());
    await settle();
    const cleared = source.clear();
    goOn();
    await cleared;
    await settle();
    expect(await got).toBe('CLEARED');
    expect(await source.get()).toBe('token-1');
  });

  it('counts for a token that is just being read, though the clock was set back', async () => {
    const { inner, storage, hold } = makeGate();
    const environment = makeEnvironment();
    const entry = { accessToken: 'a', lifetimeMs: null, wall: environment.now() };
    inner.setItem('nexconn-token', JSON.stringify(entry));
    const source = makeSource(environment, makeServer().fetchToken, { storage });
    environment.shiftWall(-1000);
    const goOn = hold();
    const got = codeOf(source.get());
    await settle();
    const cleared = source.clear();
    goOn();
    await cleared;
    await settle();
    expect(await got).toBe('CLEARED');
    expect(await source.get()).toBe('token-1');
  });
});

describe('a page that a browser froze, and shows again by its Back button', () => {
  async function showAgain(isPersisted: boolean) {
    const { app, openTab } = makeApp();
    const events = new EventTarget();
    const [one, two] = [openTab(), openTab({ hasChannel: false, events })];
    const seen: string[] = [];
    await two.source.get();
    two.source.subscribe(({ type }) => seen.push(type));
    await one.source.clear();
    app.user = 'eve';
    const own = await one.source.get();
    events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: isPersisted }));
    await settle();
    return { two, seen, own, events };
  }

  it('has heard nothing meanwhile, and forgets the token of who has logged out', async () => {
    const { two, seen, own, events } = await showAgain(true);
    expect(seen).toEqual(['cleared', 'taken']);
    expect(await two.source.get()).toBe(own);
    events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await settle();
    two.source.close();
    expect(seen).toEqual(['cleared', 'taken']);
  });

  it('is told from one that is shown for the first time', async () => {
    expect((await showAgain(false)).seen).toEqual([]);
  });
});

describe('the word of a log-out', () => {
  it('counts where the storage still shows what was there before it', async () => {
    const { app, openTab } = makeApp();
    const [one, two] = [openTab(), openTab()];
    await two.source.get();
    two.freezeView();
    await one.source.clear();
    app.user = 'eve';
    await two.hear();
    expect(await two.source.get()).toMatch(/^eve/);
  });

  it('that comes late leaves the token of the next user in the storage', async () => {
    const { app, shared, openTab } = makeApp();
    const [one, two] = [openTab(), openTab()];
    await two.source.get();
    await one.source.clear();
    app.user = 'eve';
    const own = await one.source.get();
    await two.hear();
    expect(shared.entries.get('nexconn-token')).toContain(own);
    expect(await two.source.get()).toMatch(/^eve/);
  });

  it('has a tab take back what it has stored within a second before', async () => {
    const { shared, openTab } = makeApp();
    const [one, two] = [openTab(), openTab()];
    await two.source.get();
    const written = shared.entries.get('nexconn-token') ?? '';
    await two.environment.pass(1000);
    await one.source.clear();
    shared.setItem('nexconn-token', written);
    await two.hear();
    expect(shared.entries.has('nexconn-token')).toBe(false);
  });

  it('has it take back nothing later, when what it sees may be an old view', async () => {
    const { app, shared, openTab } = makeApp();
    const [one, two] = [openTab(), openTab()];
    await two.source.get();
    await two.environment.pass(1001);
    two.freezeView();
    await one.source.clear();
    app.user = 'eve';
    const own = await one.source.get();
    await two.hear();
    expect(shared.entries.get('nexconn-token')).toContain(own);
  });
});
