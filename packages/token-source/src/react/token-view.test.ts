import { expect, it, vi } from 'vitest';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { makeServer, makeSource, refuse } from '../../test/support/make-source.js';
import type { TokenSourceEvent } from '../index.js';
import { createTokenView } from './token-view.js';

function watch(...answers: Parameters<typeof makeServer>) {
  const server = makeServer(...answers);
  const source = makeSource(makeEnvironment(), server.fetchToken);
  const view = createTokenView(source);
  const seen: string[] = [];
  const listen = () =>
    view.subscribe(() => {
      const state = view.read();
      seen.push(state.status === 'ready' ? state.token : state.status);
    });
  return { source, view, seen, listen, server };
}

it('fetches nothing before somebody watches', async () => {
  const { view, server, listen } = watch();
  await settle();
  expect(view.read().status).toBe('loading');
  expect(server.requests).toEqual([]);
  listen();
  await settle();
  expect(view.read()).toMatchObject({ status: 'ready', token: 'token-1' });
});

it('follows a replaced token and a log-out, and does not log in again by itself', async () => {
  const { source, view, seen, listen, server } = watch();
  const stop = listen();
  await settle();
  await source.reject('token-1');
  await settle();
  await source.clear();
  await settle();
  expect(seen).toEqual(['token-1', 'token-2', 'cleared']);
  stop();
  listen();
  await settle();
  expect(server.requests).toHaveLength(2);
  view.read().reload();
  await settle();
  expect(seen).toEqual(['token-1', 'token-2', 'cleared', 'loading', 'token-3']);
});

it('shows an error, and loads again when told to', async () => {
  const { view, seen, listen } = watch(refuse(401));
  listen();
  await settle();
  expect(view.read()).toMatchObject({ status: 'failed', error: { code: 'LOGIN_REQUIRED' } });
  view.read().reload();
  await settle();
  expect(seen).toEqual(['failed', 'loading', 'token-1']);
});

it('does not loop on tokens without a lifetime', async () => {
  const short = { accessToken: 'a', expiresInSeconds: 0 };
  const { source, listen, server, seen } = watch(short, short, short, short, short, short);
  listen();
  await settle();
  await source.reject('a');
  await settle();
  expect(server.requests.length).toBeLessThanOrEqual(3);
  expect(seen.at(-1)).toBe('a');
});

it('stops listening with the last who watches', async () => {
  const { source, seen, listen } = watch();
  const stops = [listen(), listen()];
  await settle();
  for (const stop of stops) stop();
  await source.clear();
  expect(seen).toEqual(['token-1', 'token-1']);
});

/** A view of a source whose tokens and events come when a test says so. */
function hold() {
  const answers: { resolve: (token: string) => void; reject: (error: Error) => void }[] = [];
  let tell: ((event: TokenSourceEvent) => void) | undefined;
  const source = {
    get: () => new Promise<string>((resolve, reject) => answers.push({ resolve, reject })),
    subscribe(listener: (event: TokenSourceEvent) => void) {
      tell = listener;
      return () => {
        tell = undefined;
      };
    },
  };
  const view = createTokenView(source);
  return { view, answers, tell: (event: TokenSourceEvent) => tell?.(event), isFollowed: () => tell !== undefined };
}

it('shows the answer to the last question alone, whichever comes last', async () => {
  const { view, answers } = hold();
  const seen = vi.fn();
  view.subscribe(seen);
  view.read().reload();
  answers[1]?.resolve('new');
  await settle();
  answers[0]?.reject(new Error('late'));
  await settle();
  expect(view.read()).toMatchObject({ status: 'ready', token: 'new' });
  expect(seen).toHaveBeenCalledTimes(2);
});

it('shows a log-out as that, though the question under way fails by it', async () => {
  const { view, answers, tell } = hold();
  view.subscribe(() => {});
  tell({ type: 'cleared' });
  answers[0]?.reject(new Error('CLEARED'));
  await settle();
  expect(view.read()).toMatchObject({ status: 'cleared' });
});

it.each<[event: TokenSourceEvent, asks: boolean]>([
  [{ type: 'fetched', attempts: 1 }, true],
  [{ type: 'taken' }, true],
  [{ type: 'attempt-failed', attempt: 1, waitMs: 1, error: new Error('no') as never }, false],
  [{ type: 'storage-failed', operation: 'read', error: new Error('no') as never }, false],
])('asks for the token after %j, but not while it is asking: %s', async (event, asks) => {
  const { view, answers, tell } = hold();
  view.subscribe(() => {});
  tell(event);
  expect(answers).toHaveLength(1);
  answers[0]?.resolve('a');
  await settle();
  tell(event);
  expect(answers).toHaveLength(asks ? 2 : 1);
});

it('follows its source while there is somebody who watches, and asks when the first comes', async () => {
  const { view, answers, isFollowed } = hold();
  expect(isFollowed()).toBe(false);
  const stops = [view.subscribe(() => {}), view.subscribe(() => {})];
  expect([isFollowed(), answers.length]).toEqual([true, 1]);
  stops[0]?.();
  expect(isFollowed()).toBe(true);
  stops[1]?.();
  stops[1]?.();
  expect(isFollowed()).toBe(false);
  view.subscribe(() => {});
  expect([isFollowed(), answers.length]).toEqual([true, 2]);
});

it('tells all who watch, though one of them stops meanwhile and another one comes', async () => {
  const { view, answers } = hold();
  const [second, late] = [vi.fn(), vi.fn()];
  const stop = view.subscribe(() => {
    stop();
    view.subscribe(late);
  });
  view.subscribe(second);
  answers[0]?.resolve('a');
  await settle();
  expect([second.mock.calls.length, late.mock.calls.length]).toEqual([1, 0]);
});
