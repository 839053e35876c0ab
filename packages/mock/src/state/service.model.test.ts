import { expect, it } from 'vitest';
import { createService } from './service.js';

/** A token as the plainest model keeps it. */
interface PlainToken {
  readonly token: string;
  readonly userId: string;
  readonly issuedAt: number;
  void: boolean;
}

const appKeys = ['key0', 'key1', 'key2'];

/** The same numbers every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])('agrees with a plain model over 2,000 random steps, seed %i', (seed) => {
  const roll = createDice(seed);
  let now = 0;
  const service = createService({ apps: appKeys.map((appKey) => ({ appKey })), now: () => now });
  const model = new Map(
    appKeys.map((appKey) => [appKey, { validity: null as number | null, tokens: [] as PlainToken[] }]),
  );
  const state = (appKey: string) => model.get(appKey) as { validity: number | null; tokens: PlainToken[] };
  let saved = { snapshot: service.snapshot(), model: structuredClone([...model]) };

  const steps: ((appKey: string, step: number) => void)[] = [
    (appKey, step) => {
      const userId = `user${roll(20)}`;
      service.issue(appKey, { userId, name: `${step}` }, `token ${step}`);
      state(appKey).tokens.push({ token: `token ${step}`, userId, issuedAt: now, void: false });
    },
    (appKey) => {
      const userIds = [`user${roll(20)}`, `user${roll(20)}`];
      const issuedBefore = now - roll(300);
      const hit = state(appKey).tokens.filter(
        (each) => !each.void && userIds.includes(each.userId) && each.issuedAt < issuedBefore,
      );
      for (const each of hit) each.void = true;
      expect(service.voidTokens(appKey, { userIds, issuedBefore }).voided).toBe(hit.length);
    },
    (appKey) => {
      if (roll(5) > 0) return;
      service.rotateSecret(appKey);
      for (const each of state(appKey).tokens) each.void = true;
    },
    (appKey) => {
      const validity = roll(2) ? null : 1 + roll(2);
      service.updateApp(appKey, { tokenValiditySeconds: validity });
      state(appKey).validity = validity;
    },
    () => {
      if (roll(10) === 0) saved = { snapshot: service.snapshot(), model: structuredClone([...model]) };
    },
    () => {
      if (roll(40) > 0) return;
      service.restore(saved.snapshot);
      for (const [appKey, kept] of structuredClone(saved.model)) model.set(appKey, kept);
    },
    (appKey) => {
      if (roll(40) > 0) return;
      service.reset(appKey);
      model.set(appKey, { validity: null, tokens: [] });
    },
  ];

  function compare(appKey: string): void {
    const { tokens, validity } = state(appKey);
    const isExpired = ({ issuedAt }: PlainToken) => validity !== null && now >= issuedAt + validity * 1000;
    const codeOf = (each: PlainToken) => (each.void ? 31004 : isExpired(each) ? 31020 : 0);
    expect(tokens.map(({ token }) => service.checkToken({ appKey, token }).code)).toEqual(tokens.map(codeOf));
    const listed = service.tokens(appKey, { limit: 1000 }).tokens;
    expect(listed.map(({ userId, valid }) => [userId, valid])).toEqual(
      tokens.slice(0, 1000).map((each) => [each.userId, codeOf(each) === 0]),
    );
    const users = [...new Set(tokens.map(({ userId }) => userId))];
    const alive = tokens.filter((each) => !each.void);
    expect(service.app(appKey)).toMatchObject({ userCount: users.length, tokenCount: alive.length });
    expect(service.users(appKey).users.map(({ userId, tokenCount }) => [userId, tokenCount])).toEqual(
      users.map((userId) => [userId, alive.filter((each) => each.userId === userId).length]),
    );
  }

  for (let step = 0; step < 2000; step += 1) {
    now += roll(20);
    const choice = roll(2) ? 0 : roll(steps.length);
    steps[choice]?.(appKeys[roll(3)] as string, step);
    if (step % 100 === 0) for (const appKey of appKeys) compare(appKey);
  }
});
