import { describe, expect, it } from 'vitest';
import { type ChosenSecret, createSecrets, type Secrets } from './app-secrets.js';
import type { AppSecret, AppSecretPair } from './types.js';

const pair: AppSecretPair = { current: 'old', next: 'new' };

const chosenOf = async (secrets: Secrets): Promise<ChosenSecret> => secrets.pick() ?? secrets.ask();

function start(given: AppSecret) {
  let now = 1_000;
  let switches = 0;
  const secrets = createSecrets(given, {
    appKey: 'key1',
    monotonicNow: () => now,
    check: (value) => {
      if (!value) throw new Error('appSecret is missing.');
    },
    onSwitched: () => {
      switches += 1;
    },
  });
  return {
    secrets,
    switches: () => switches,
    pass: (ms: number) => {
      now += ms;
    },
    /** Returns the secrets that the attempts of one call were signed with, where the API accepts only `good`. */
    async call(good: string): Promise<string[]> {
      const used: string[] = [];
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const chosen = await chosenOf(secrets);
        used.push(chosen.appSecret);
        if (chosen.appSecret === good) {
          secrets.accepted(chosen);
          return used;
        }
        if (!(await secrets.rejected(chosen))) break;
      }
      return [...used, 'refused'];
    },
  };
}

describe('one secret', () => {
  it('has nothing to fall back to', async () => {
    const { call, switches } = start('only');
    expect(await call('only')).toEqual(['only']);
    expect(await call('other')).toEqual(['only', 'refused']);
    expect(switches()).toBe(0);
  });

  it('is given without a promise', () => {
    expect(start('only').secrets.pick()).toEqual({ appSecret: 'only', role: 'only' });
  });
});

describe('a pair', () => {
  it('signs with the next one, and falls back once', async () => {
    const { call, switches } = start(pair);
    expect(await call('old')).toEqual(['new', 'old']);
    expect(switches()).toBe(0);
  });

  it('stays with the current one for a while after the next was refused, then tries it again', async () => {
    const { call, pass } = start(pair);
    await call('old');
    pass(9_999);
    expect(await call('old')).toEqual(['old']);
    pass(1);
    expect(await call('old')).toEqual(['new', 'old']);
  });

  it('tries the next one again at once where that is asked for', async () => {
    const { call, secrets } = start(pair);
    await call('old');
    secrets.tryNext();
    expect(await call('new')).toEqual(['new']);
  });

  it('goes over to the next one at the first refusal of the current one', async () => {
    const { call, switches } = start(pair);
    await call('old');
    expect(await call('new')).toEqual(['old', 'new']);
    expect(switches()).toBe(1);
  });

  it('tells of the switch once, and does not go back', async () => {
    const { call, switches, pass } = start(pair);
    for (let calls = 0; calls < 3; calls += 1) expect(await call('new')).toEqual(['new']);
    pass(60_000);
    expect(await call('old')).toEqual(['new', 'refused']);
    expect(switches()).toBe(1);
  });

  it('signs with the next one as soon as that was accepted, though another call was refused with it just before', () => {
    const { secrets } = start(pair);
    const [first, second] = [secrets.pick(), secrets.pick()] as [ChosenSecret, ChosenSecret];
    void secrets.rejected(first);
    expect(secrets.pick()?.appSecret).toBe('old');
    secrets.accepted(second);
    expect(secrets.pick()?.appSecret).toBe('new');
  });

  it('has the next one in force once that was accepted', async () => {
    const { secrets, call } = start(pair);
    const { inForce, all } = await secrets.ids();
    expect([all.length, all.indexOf(inForce)]).toEqual([2, 0]);
    await call('new');
    expect(await secrets.ids()).toEqual({ inForce: all[1], all });
  });

  it('tells once of calls that were under way together', () => {
    const { secrets, switches } = start(pair);
    const chosen = [secrets.pick(), secrets.pick()] as ChosenSecret[];
    for (const each of chosen) if (!(each instanceof Promise)) secrets.accepted(each);
    expect(switches()).toBe(1);
  });

  it('of which neither is taken is refused', async () => {
    expect(await start(pair).call('third')).toEqual(['new', 'old', 'refused']);
  });

  it('has both among what must not be shown', () => {
    expect(start(pair).secrets.known()).toEqual(['old', 'new']);
  });
});

describe('a provider', () => {
  function provider(...answers: (string | AppSecretPair)[]) {
    let asked = 0;
    const provide = async () => answers[Math.min(asked++, answers.length - 1)] as string | AppSecretPair;
    return { provide, asked: () => asked };
  }

  it('is asked once for calls that begin together, and not again', async () => {
    const { provide, asked } = provider('a');
    const { secrets, call } = start(provide);
    const chosen = await Promise.all([chosenOf(secrets), chosenOf(secrets), chosenOf(secrets)]);
    expect(chosen.map(({ appSecret }) => appSecret)).toEqual(['a', 'a', 'a']);
    expect(await call('a')).toEqual(['a']);
    expect(asked()).toBe(1);
  });

  it('is asked again after a refusal, and the call goes on with its new answer', async () => {
    const { provide, asked } = provider('a', 'b');
    const { call } = start(provide);
    expect(await call('a')).toEqual(['a']);
    expect(await call('b')).toEqual(['a', 'b']);
    expect(asked()).toBe(2);
  });

  it('is asked once by calls that are refused together, which all go on', async () => {
    const { provide, asked } = provider('a', 'b');
    const { secrets } = start(provide);
    const chosen = await Promise.all([chosenOf(secrets), chosenOf(secrets), chosenOf(secrets)]);
    expect(await Promise.all(chosen.map((each) => secrets.rejected(each)))).toEqual([true, true, true]);
    expect(asked()).toBe(2);
  });

  it('is not asked for a refusal that is long on its way, once its new answer is known', async () => {
    const { provide, asked } = provider('a', 'b', 'c');
    const { secrets, pass } = start(provide);
    const [first, second] = [await chosenOf(secrets), await chosenOf(secrets)];
    expect(await secrets.rejected(first)).toBe(true);
    pass(60_000);
    expect(await secrets.rejected(second)).toBe(true);
    expect(asked()).toBe(2);
    expect(secrets.pick()?.appSecret).toBe('b');
  });

  it('that takes its time is waited for by a call that is refused while it is asked', async () => {
    let answer = (_: string): void => {};
    let asked = 0;
    const { secrets } = start(() => {
      asked += 1;
      return asked === 1
        ? Promise.resolve('a')
        : new Promise((resolve) => {
            answer = resolve;
          });
    });
    const chosen = [await chosenOf(secrets), await chosenOf(secrets)] as const;
    const refused = chosen.map((each) => secrets.rejected(each));
    await new Promise((resolve) => setImmediate(resolve));
    answer('b');
    expect(await Promise.all(refused)).toEqual([true, true]);
    expect(asked).toBe(2);
  });

  it('that keeps giving a refused secret is asked once a second at most', async () => {
    const { provide, asked } = provider('a');
    const { call, pass } = start(provide);
    for (let calls = 0; calls < 10; calls += 1) expect(await call('b')).toEqual(['a', 'refused']);
    expect(asked()).toBe(2);
    pass(1_000);
    await call('b');
    expect(asked()).toBe(3);
  });

  it('of a pair tells of the switch, and of the one after it', async () => {
    const { provide } = provider(pair, { current: 'new', next: 'newer' });
    const { call, switches, pass } = start(provide);
    expect(await call('new')).toEqual(['new']);
    expect(switches()).toBe(1);
    pass(60_000);
    expect(await call('newer')).toEqual(['new', 'newer']);
    expect(switches()).toBe(2);
    expect(await call('newer')).toEqual(['newer']);
  });

  it('that begins another rotation falls back again until its next secret is taken', async () => {
    const { provide } = provider('a', { current: 'b', next: 'c' });
    const { call } = start(provide);
    await call('a');
    expect(await call('b')).toEqual(['a', 'c', 'refused']);
    expect(await call('b')).toEqual(['b']);
  });

  it('that fails fails the call, and is asked anew by the next one', async () => {
    let asked = 0;
    const { secrets } = start(async () => {
      asked += 1;
      if (asked === 1) throw new Error('The vault is shut.');
      return 'a';
    });
    await expect(chosenOf(secrets)).rejects.toThrow('The vault is shut.');
    expect(await chosenOf(secrets)).toMatchObject({ appSecret: 'a' });
  });

  it('has what it gives checked', async () => {
    const { secrets } = start(async () => '');
    await expect(chosenOf(secrets)).rejects.toThrow('appSecret is missing.');
  });

  it('has all it ever gave among what must not be shown', async () => {
    const { provide } = provider('a', 'b');
    const { call, secrets } = start(provide);
    await call('b');
    expect(secrets.known()).toEqual(['a', 'b']);
  });
});

describe('the name of a secret', () => {
  const idsOf = (appKey: string, given: AppSecret) =>
    createSecrets(given, { appKey, monotonicNow: () => 0, check: () => {}, onSwitched: () => {} }).ids();

  it('is the same each time, and another one for each secret and app', async () => {
    const { inForce: id } = await idsOf('key1', 'S3cret');
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(await idsOf('key1', 'S3cret')).toEqual({ inForce: id, all: [id] });
    const others = [await idsOf('key1', 'S3cret2'), await idsOf('key2', 'S3cret')].map(({ inForce }) => inForce);
    expect(new Set([id, ...others]).size).toBe(3);
  });

  it('never changes: stores keep it', async () => {
    const ids = await Promise.all(['S3cret', 'S3cret7', 'S3cret10'].map((secret) => idsOf('key1', secret)));
    expect(ids.map(({ inForce }) => inForce)).toEqual(['2cd8da936d2a866d', '8bc3d20555ab6def', 'be54b3c055cd0775']);
  });
});

describe('a provider that never answers', () => {
  it('is asked anew by a later call, whose answer everybody who waits gets', async () => {
    let asked = 0;
    const { secrets, pass } = start(() => (++asked === 1 ? new Promise(() => {}) : Promise.resolve('good')));
    const first = secrets.ask();
    pass(4_999);
    void secrets.ask();
    expect(asked).toBe(1);
    pass(1);
    expect((await secrets.ask()).appSecret).toBe('good');
    expect((await first).appSecret).toBe('good');
    expect(asked).toBe(2);
  });

  it('does not replace a newer answer by a late one', async () => {
    let answerLate = (_: string): void => {};
    const late = new Promise<string>((resolve) => {
      answerLate = resolve;
    });
    let asked = 0;
    const { secrets, pass } = start(() => (++asked === 1 ? late : Promise.resolve('newer')));
    void secrets.ask();
    pass(5_000);
    await secrets.ask();
    answerLate('older');
    await new Promise((resolve) => setImmediate(resolve));
    expect(secrets.pick()?.appSecret).toBe('newer');
  });

  it('is asked anew after a refusal, too', async () => {
    let asked = 0;
    const answers = [Promise.resolve('a'), new Promise<string>(() => {}), Promise.resolve('b')];
    const { secrets, pass } = start(() => answers[asked++] as Promise<string>);
    const chosen = await secrets.ask();
    const waiting = secrets.rejected(chosen);
    pass(5_000);
    expect(await secrets.rejected(chosen)).toBe(true);
    expect(await waiting).toBe(true);
  });

  it('fails nobody whom a newer question may still answer', async () => {
    const questions: { answer: (secret: string) => void; fail: (error: Error) => void }[] = [];
    const { secrets, pass } = start(
      () => new Promise<string>((answer, fail) => questions.push({ answer, fail })) as Promise<string>,
    );
    const waiting = secrets.ask();
    pass(5_000);
    void secrets.ask();
    questions[0]?.fail(new Error('Timed out.'));
    await new Promise((resolve) => setImmediate(resolve));
    questions[1]?.answer('good');
    expect((await waiting).appSecret).toBe('good');
  });

  it('says nothing about the question under way where it fails after it was answered otherwise', async () => {
    const questions: { answer: (secret: string) => void; fail: (error: Error) => void }[] = [];
    const { secrets, pass } = start(
      () => new Promise<string>((answer, fail) => questions.push({ answer, fail })) as Promise<string>,
    );
    const first = secrets.ask();
    pass(5_000);
    void secrets.ask();
    questions[0]?.answer('a');
    const refused = [secrets.rejected(await first)];
    questions[1]?.fail(new Error('Timed out.'));
    await new Promise((resolve) => setImmediate(resolve));
    refused.push(secrets.rejected(await first));
    expect(questions).toHaveLength(3);
    questions[2]?.answer('b');
    expect(await Promise.all(refused)).toEqual([true, true]);
  });
});
