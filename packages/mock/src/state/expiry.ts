import type { AppState } from './app.js';

/** Gives when a token that was issued then expires, by the app's present setting; `null` for never. */
export function expiryOf({ settings }: AppState, issuedAt: number): number | null {
  const { tokenValiditySeconds } = settings;
  return tokenValiditySeconds === null ? null : issuedAt + tokenValiditySeconds * 1000;
}

/** A token is void from the millisecond of its expiry on. */
export function isExpired(app: AppState, issuedAt: number, now: number): boolean {
  const expiresAt = expiryOf(app, issuedAt);
  return expiresAt !== null && now >= expiresAt;
}
