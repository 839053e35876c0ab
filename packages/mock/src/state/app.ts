import { createNonceStore, type NonceStore } from '@nexconn-kit/signing';
import type { ResolvedApp, ResolvedAppSettings } from './resolve-app.js';
import type { SlidingWindow } from './sliding-window.js';
import { copyTokenTable, createTokenTable, type TokenTable } from './token-table.js';
import type { App } from './types.js';
import { copyUserTable, createUserTable, type UserTable } from './users.js';

/** All that the service knows of one app. */
export interface AppState {
  /** What a reset goes back to. */
  readonly made: ResolvedApp;
  settings: ResolvedAppSettings;
  /** The secret that signs. */
  secret: string;
  /** The secret that takes over when it first signs. */
  nextSecret: string | undefined;
  /** The secret that signed before, to tell its user of the rotation. */
  previousSecret: string | undefined;
  readonly users: UserTable;
  readonly tokens: TokenTable;
  /** Tokens in rows before this one went with their secret. */
  voidBefore: number;
  /** How often that happened. */
  generation: number;
  /** Tokens from `voidBefore` on that were voided one by one. */
  voidedSince: number;
  /** One for each operation. */
  readonly windows: Map<string, SlidingWindow>;
  /** Nonces of requests that were accepted. */
  readonly nonces: NonceStore;
}

/** Makes an app that has neither users nor tokens. */
export function createAppState(made: ResolvedApp, now: () => number): AppState {
  return {
    made,
    settings: made.settings,
    secret: made.appSecret,
    nextSecret: undefined,
    previousSecret: undefined,
    users: createUserTable(),
    tokens: createTokenTable(),
    voidBefore: 0,
    generation: 0,
    voidedSince: 0,
    windows: new Map(),
    nonces: createNonceStore({ now }),
  };
}

/** What is in flight is no state to go back to: the copy counts requests anew, and knows the nonces that are given. */
export function copyAppState(state: AppState, nonces: NonceStore = state.nonces): AppState {
  return {
    ...state,
    users: copyUserTable(state.users),
    tokens: copyTokenTable(state.tokens),
    windows: new Map(),
    nonces,
  };
}

/** Gives the app as others may see it. */
export function viewApp(state: AppState): App {
  return {
    appKey: state.made.appKey,
    ...state.settings,
    rotationPending: state.nextSecret !== undefined,
    userCount: state.users.fingerprints.size(),
    tokenCount: state.tokens.fingerprints.size() - state.voidBefore - state.voidedSince,
  };
}
