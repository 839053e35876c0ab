import { expect, it } from 'vitest';
import { makeSetting } from '../test/support/make-setting.js';
import { type HandedToken, type TokenService, TokenServiceError } from './index.js';

const hour = 60 * 60;

/** A random sequence that is the same in every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'however two instances get, replace and expire, no need is issued for twice, and no void token follows a rotation that was seen (seed %s)',
  async (seed) => {
    const roll = createDice(seed);
    const { mock, issued, connect, instance } = makeSetting();
    const { appKey } = mock;
    let now = Date.now();
    const appSecret = { current: mock.appSecret, next: 'NextSecretOfTheApp' };
    const options = { appSecret, now: () => now, tokenValiditySeconds: hour, replaceCoolDownMs: 1 };
    const rotatesIn = 10 + roll(40);
    const instances: TokenService[] = [instance(options), instance(options)];
    const users = ['a1', 'b2', 'c3'].map((userId) => ({ userId, name: 'A' }));
    /** What each device had last. */
    const held = new Map<string, string>();
    let isRotationSeen = true;

    async function act(): Promise<{ userId: string; token: HandedToken | undefined }> {
      const user = users[roll(users.length)] as (typeof users)[number];
      const service = instances[roll(2)] as TokenService;
      const rejectedToken = held.get(user.userId);
      const work =
        roll(3) === 0 && rejectedToken !== undefined ? service.replace({ ...user, rejectedToken }) : service.get(user);
      const token = await work.catch((error: unknown) => {
        if (error instanceof TokenServiceError && error.code === 'COOLING_DOWN') return undefined;
        throw error;
      });
      return { userId: user.userId, token };
    }

    for (let round = 0; round < 60; round += 1) {
      const dice = roll(10);
      now += 2;
      if (dice === 0) now += roll(hour) * 1000;
      if (round === rotatesIn) {
        await mock.console.rotateSecret({ appKey, appSecret: appSecret.next });
        isRotationSeen = false;
      }
      const before = await issued();
      const acts = await Promise.all(Array.from({ length: 1 + roll(6) }, act));
      await Promise.all(instances.map((service) => service.idle()));
      const made = (await issued()) - before;
      expect(made).toBeLessThanOrEqual(new Set(acts.map(({ userId }) => userId)).size);
      if (made > 0 && !isRotationSeen) isRotationSeen = true;
      else if (isRotationSeen) {
        for (const { token } of acts) if (token) expect(await connect(token.accessToken)).toBe(0);
      }
      for (const { userId, token } of acts) if (token) held.set(userId, token.accessToken);
    }
  },
);
