import type { ResolvedRules } from './profile/rules.js';
import type { JournalDraft } from './state/journal.js';
import type { AppOptions, NonceReplay, SavedState } from './state/types.js';

/** Another page that the one at `/` of a mock links to. */
export interface MockLink {
  readonly title: string;
  readonly url: string;
}

/** The options of a mock, checked and with every default in place. */
export interface Settings {
  readonly appKey: string;
  readonly appSecret: string;
  /** The apps to start with, the one of `appKey` first. */
  readonly apps: readonly AppOptions[];
  readonly journalSize: number;
  readonly keptExchanges: number;
  /** Matches whole user IDs. */
  readonly userIdPattern: RegExp | undefined;
  readonly clockToleranceMs: number;
  readonly nonceReplay: NonceReplay;
  readonly rules: ResolvedRules;
  readonly allowedOrigins: 'loopback' | 'any' | readonly string[];
  /** `undefined` where nothing is logged, so that no line is built. */
  readonly log: ((line: string) => void) | undefined;
  readonly state: SavedState | undefined;
  /** Called where `exportState()` would return another state than before. */
  readonly onChange: (() => void) | undefined;
  readonly onRequest: ((request: JournalDraft) => void) | undefined;
  readonly links: readonly MockLink[];
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds that never go back, from any origin. */
  readonly monotonicNow: () => number;
}
