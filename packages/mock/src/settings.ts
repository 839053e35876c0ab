import type { AppOptions, NonceReplay } from './state/types.js';

/** The options of a mock, checked and with every default in place. */
export interface Settings {
  readonly appKey: string;
  readonly appSecret: string;
  /** The apps to start with, the one of `appKey` first. */
  readonly apps: readonly AppOptions[];
  readonly journalSize: number;
  /** Matches whole user IDs. */
  readonly userIdPattern: RegExp | undefined;
  readonly clockToleranceMs: number;
  readonly nonceReplay: NonceReplay;
  readonly allowedOrigins: 'loopback' | 'any' | readonly string[];
  /** `undefined` where nothing is logged, so that no line is built. */
  readonly log: ((line: string) => void) | undefined;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds that never go back, from any origin. */
  readonly monotonicNow: () => number;
}
