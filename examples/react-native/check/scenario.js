import './globals.js';
import { connectWithToken, keepConnected } from '@nexconn-kit/token-source';
import { fetch, Headers, Request, Response } from 'whatwg-fetch';
import { createToken } from '../src/token.ts';

// As React Native does it with the same package.
Object.assign(globalThis, { fetch, Headers, Request, Response });

/** AsyncStorage, as far as a token source uses it. */
const entries = {};
const storage = {
  getItem: async (key) => entries[key] ?? null,
  async setItem(key, value) {
    entries[key] = value;
  },
  async removeItem(key) {
    delete entries[key];
  },
};
const session = { userId: 'jlk456j5', accessToken: 'a1b2' };

/** Runs all that an app does with a token; rejects where something comes out in another way. */
globalThis.runScenario = async function runScenario(endpoint) {
  const unknown = [
    'document',
    'process',
    'BroadcastChannel',
    'crypto',
    'TextDecoder',
    'EventTarget',
    'structuredClone',
  ];
  for (const name of unknown) assert(typeof globalThis[name] === 'undefined', `there is a ${name}`);

  const source = createToken(endpoint, session, storage);
  const [first, same] = await Promise.all([source.get(), source.get()]);
  assert(first === same && first.length > 0, 'one token for all who ask');
  const events = [];
  const next = createToken(endpoint, session, storage);
  next.subscribe(({ type }) => events.push(type));
  assert((await next.get()) === first, 'the next start of the app takes the stored token');
  assert(!events.includes('fetched'), 'without asking the server');

  const answers = [31004, 0];
  const { code } = await connectWithToken(next, async () => ({ code: answers.shift() }));
  assert(code === 0, 'a token that is refused is replaced');
  const replaced = await next.get();
  assert(replaced !== first, 'by another one');

  const kept = await keepConnected(next, { connect: async () => 0, onStatus: () => undefined, onEnd() {} });
  kept.stop();
  const stranger = createToken(endpoint, { userId: 'eve', accessToken: 'nobody' }, storage);
  const refusal = await stranger.get().catch((error) => error.code);
  assert(refusal === 'LOGIN_REQUIRED', `whoever is not logged in is told so, not ${refusal}`);
  await next.clear();
  const left = Object.values(entries).join();
  assert(!left.includes(first) && !left.includes(replaced), 'no token is left after the log-out');
  for (const each of [source, next, stranger]) each.close();
  return 'passed';
};

function assert(isTrue, claim) {
  if (!isTrue) throw new Error(`It must be that: ${claim}.`);
}
