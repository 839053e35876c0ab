import { expect, it } from 'vitest';
import { makeEnvironment, settle } from '../../test/support/make-environment.js';
import { makeServer, makeSource, refuse } from '../../test/support/make-source.js';
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
