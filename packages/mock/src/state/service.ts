import { randomBytes } from 'node:crypto';
import type { Operation } from '@nexconn-kit/contract';
import { MockError, refuseOption } from '../errors.js';
import { ApiError } from '../http/api-error.js';
import { dateNow } from '../system-time.js';
import {
  type AppState,
  changeSettings,
  copyAppState,
  createAppState,
  type ResolvedApp,
  resolveApp,
  resolveSecret,
  secretsOf,
  viewApp,
} from './app.js';
import { listTokens, listUsers } from './listing.js';
import { admitRequest, type RateRules } from './rate-limit.js';
import { rotateSecret, takeNextSecret } from './rotation.js';
import { restoreApp, saveApp } from './saved-apps.js';
import { checkToken, hasIssued, issueToken, registerUser, removeUser, voidTokens } from './tokens.js';
import type { AppOptions, ClockMove, SavedApp, SavedState, Service, Snapshot } from './types.js';
import { changeUser, findUser } from './users.js';

/** How a service is created. */
interface ServiceOptions {
  /** The apps that it starts with and that a reset goes back to. */
  readonly apps?: readonly AppOptions[];
  /** Returns Unix time in milliseconds. */
  readonly now?: () => number;
  /** How the rate limit counts, and is told. */
  readonly rules?: RateRules;
  /** Returns bytes for App Keys and secrets. */
  readonly random?: (bytes: number) => Uint8Array;
}

/** What the pipeline needs of the service for each request. */
export interface ServiceRequests {
  /** `undefined` where the App Key is not known. */
  readonly find: (appKey: string) => SigningApp | undefined;
  readonly appKeys: () => readonly string[];
  /** Replaces the secret by the waiting one, which has signed a request. */
  readonly takeNextSecret: (appKey: string) => void;
  /** Every App Secret that signs, has signed or will sign, to be masked. */
  readonly secrets: () => readonly string[];
  /** Whether an app has issued this token, void or not. */
  readonly isToken: (token: string) => boolean;
  /** @throws {ApiError} `AppUnavailable`, `RateLimitExceeded` */
  readonly admit: (appKey: string, operation: Pick<Operation, 'operationId' | 'rateLimit'>) => void;
}

/** What is kept beyond the process. */
export interface ServiceStorage {
  readonly save: () => Pick<SavedState, 'apps' | 'clockOffsetMs'>;
  /** @throws {MockError} `INVALID_OPTION`; nothing is changed then */
  readonly load: (saved: Pick<SavedState, 'apps' | 'clockOffsetMs'>) => void;
}

/** What a signature is checked against. */
export type SigningApp = Pick<AppState, 'made' | 'secret' | 'nextSecret' | 'previousSecret' | 'nonces'>;

interface Saved {
  readonly states: readonly AppState[];
  /** Set where all apps were saved: then the clock was, too. */
  readonly offsetMs: number | undefined;
}

/** @throws {MockError} `APP_EXISTS`, `INVALID_OPTION` */
export function createService({
  apps: firstOptions = [],
  now: realNow = dateNow,
  rules,
  random = randomBytes,
}: ServiceOptions = {}): Service & { readonly requests: ServiceRequests; readonly storage: ServiceStorage } {
  const clock = createClock(realNow);
  const states = new Map<string, AppState>();
  const saved = new WeakMap<Snapshot, Saved>();
  const first = firstOptions.map((options) => resolveApp(options, random));
  for (const app of first) addApp(app);

  function addApp(made: ResolvedApp): AppState {
    if (states.has(made.appKey)) {
      const message = `There is an app ${made.appKey} already. Choose another App Key.`;
      throw new MockError(message, { code: 'APP_EXISTS' });
    }
    const state = createAppState(made, realNow);
    states.set(made.appKey, state);
    return state;
  }

  function stateOf(appKey: string): AppState {
    const state = states.get(appKey);
    if (state) return state;
    // The key stays out of the message: it may be a secret in the wrong place.
    const message = 'There is no app with this App Key. Create it, or list the apps there are.';
    throw new MockError(message, { code: 'APP_NOT_FOUND' });
  }

  /** Returns the state of an app that a request has named. */
  function presentState(appKey: string): AppState {
    const state = states.get(appKey);
    // It was removed while its request was under way.
    if (!state) throw new ApiError('AppUnavailable', 'The app was removed from this mock.');
    return state;
  }

  function resetAll(): void {
    states.clear();
    for (const app of first) addApp(app);
    clock.setOffset(0);
  }

  function takeSnapshot(appKey: string | undefined): Snapshot {
    const chosen = appKey === undefined ? [...states.values()] : [stateOf(appKey)];
    const snapshot = Object.freeze({ takenAt: clock.now(), appKeys: chosen.map(({ made }) => made.appKey) });
    const offsetMs = appKey === undefined ? clock.offsetMs() : undefined;
    saved.set(snapshot, { states: chosen.map((state) => copyAppState(state)), offsetMs });
    return snapshot;
  }

  function restore(snapshot: Snapshot): void {
    const found = saved.get(snapshot);
    if (!found) {
      const message = 'This snapshot was not taken of this mock. Restore the very value that snapshot() gave.';
      throw new MockError(message, { code: 'SNAPSHOT_UNKNOWN' });
    }
    const present = new Map(states);
    if (found.offsetMs !== undefined) {
      states.clear();
      clock.setOffset(found.offsetMs);
    }
    for (const state of found.states) {
      const { appKey } = state.made;
      // A nonce that was used before the restore stays used after it.
      states.set(appKey, copyAppState(state, present.get(appKey)?.nonces));
    }
  }

  return {
    createApp: (options = {}) => viewApp(addApp(resolveApp(options, random))),
    apps: () => [...states.values()].map(viewApp),
    app: (appKey) => viewApp(stateOf(appKey)),
    secretOf: (appKey) => stateOf(appKey).secret,
    updateApp(appKey, changes) {
      const state = stateOf(appKey);
      state.settings = changeSettings(state.settings, changes);
      // They count against the limit before.
      if (changes.rateLimit !== undefined) state.windows.clear();
      return viewApp(state);
    },
    rotateSecret(appKey, { appSecret, takesEffect = 'at-once' } = {}) {
      const state = stateOf(appKey);
      const secret = resolveSecret(appSecret, random);
      rotateSecret(state, secret, takesEffect);
      return { appKey, appSecret: secret };
    },
    users: (appKey, options = {}) => listUsers(stateOf(appKey), options),
    tokens: (appKey, options = {}) => listTokens(stateOf(appKey), options, clock.now()),
    voidTokens: (appKey, { userIds, issuedBefore = Number.POSITIVE_INFINITY } = {}) => ({
      voided: voidTokens(stateOf(appKey), userIds, issuedBefore),
    }),
    checkToken: ({ appKey, token }) => checkToken(states.get(appKey), token, clock.now()),
    issue(appKey, user, token) {
      issueToken(presentState(appKey), user, token, clock.now());
    },
    registerUser(appKey, user) {
      registerUser(presentState(appKey), user, clock.now());
    },
    changeUser: (appKey, userId, changes) => changeUser(presentState(appKey).users, userId, changes),
    hasUser: (appKey, userId) => findUser(presentState(appKey).users, userId) !== undefined,
    removeUser: (appKey, userId) => removeUser(presentState(appKey), userId),
    now: clock.now,
    clock: () => ({ now: clock.now(), offsetMs: clock.offsetMs() }),
    moveClock(move) {
      clock.move(move);
      return { now: clock.now() };
    },
    reset(appKey) {
      if (appKey === undefined) resetAll();
      else states.set(appKey, createAppState(stateOf(appKey).made, realNow));
    },
    snapshot: takeSnapshot,
    restore,
    storage: {
      save: () => ({ apps: [...states.values()].map(saveApp), clockOffsetMs: clock.offsetMs() }),
      load({ apps, clockOffsetMs }) {
        if (!Array.isArray(apps)) refuseOption('state.apps', 'is no list. Pass what exportState() returned.');
        if (!Number.isFinite(clockOffsetMs)) refuseOption('state.clockOffsetMs', 'is no number. Pass milliseconds.');
        const restored = (apps as readonly SavedApp[]).map((saved) => {
          const made = first.find(({ appKey }) => appKey === Object(saved).appKey);
          return restoreApp(Object(saved), made, realNow);
        });
        for (const state of restored) states.set(state.made.appKey, state);
        clock.setOffset(clockOffsetMs);
      },
    },
    requests: {
      find: (appKey) => states.get(appKey),
      appKeys: () => [...states.keys()],
      secrets: () => [...new Set([...states.values()].flatMap(secretsOf))],
      isToken: (token) => [...states.values()].some((state) => hasIssued(state, token)),
      takeNextSecret: (appKey) => takeNextSecret(stateOf(appKey)),
      admit: (appKey, operation) => admitRequest(stateOf(appKey), operation, realNow(), rules),
    },
  };
}

/** A clock that runs beside another one, at a distance that can be changed. */
interface Clock {
  readonly now: () => number;
  readonly offsetMs: () => number;
  readonly setOffset: (ms: number) => void;
  /** @throws {MockError} INVALID_OPTION */
  readonly move: (move: ClockMove) => void;
}

function createClock(base: () => number): Clock {
  let offsetMs = 0;
  return {
    now: () => base() + offsetMs,
    offsetMs: () => offsetMs,
    setOffset(ms) {
      offsetMs = ms;
    },
    move(move) {
      const ms = 'byMs' in move ? move.byMs : 'toMs' in move ? move.toMs : 0;
      if (!Number.isFinite(ms)) refuseOption('byMs' in move ? 'byMs' : 'toMs', 'is no time. Pass milliseconds.');
      if ('byMs' in move) offsetMs += ms;
      else offsetMs = 'toMs' in move ? ms - base() : 0;
    },
  };
}
