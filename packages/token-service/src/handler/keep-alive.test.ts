import { expect, it } from 'vitest';
import { ada, makeSetting } from '../../test/support/make-setting.js';
import { appRequest } from '../../test/support/start-backend.js';
import { createTokenHandler } from '../index.js';

function makeHandler<Context extends readonly unknown[]>() {
  const { instance } = makeSetting();
  return createTokenHandler<Context>(instance(), { authenticate: () => ada });
}

it('a runtime is told to let the token be stored, also where its caller has left', async () => {
  const kept: Promise<unknown>[] = [];
  class ExecutionContext {
    readonly #kept = kept;
    waitUntil(work: Promise<unknown>): void {
      this.#kept.push(work);
    }
  }
  const handler = makeHandler<[object, ExecutionContext]>();
  expect((await handler(appRequest(), {}, new ExecutionContext())).status).toBe(200);
  expect(kept).toHaveLength(1);
  expect(await kept[0]).toMatchObject({ userId: ada.userId });
});

it('what it is told never rejects, so that no failure ends the program', async () => {
  const kept: Promise<unknown>[] = [];
  const tokens = { get: () => Promise.reject(new Error('No.')), replace: () => Promise.reject(new Error('No.')) };
  const handler = createTokenHandler<[{ waitUntil(work: Promise<unknown>): void }]>(tokens, {
    authenticate: () => ada,
    onFailure: () => {},
  });
  expect((await handler(appRequest(), { waitUntil: (work) => kept.push(work) })).status).toBe(500);
  await expect(kept[0]).resolves.toBeUndefined();
});

const throwing = {
  waitUntil() {
    throw new Error('The request is over.');
  },
};
const unreadable = {
  get waitUntil(): never {
    throw new Error('Not readable.');
  },
};

it.each<[string, () => unknown]>([
  ['undefined', () => undefined],
  ['null', () => null],
  ['a text', () => 'text'],
  ['an object without one', () => ({})],
  ['one that is no function', () => ({ waitUntil: 5 })],
  ['one that throws', () => throwing],
  ['one that cannot be read', () => unreadable],
])('a context without one changes nothing: %s', async (_, context) => {
  expect((await makeHandler<[unknown]>()(appRequest(), context())).status).toBe(200);
});
