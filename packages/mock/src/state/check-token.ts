import type { AppState } from './app.js';
import { isExpired } from './expiry.js';
import { fingerprintOf } from './fingerprint.js';
import { noRow } from './no-row.js';
import type { TokenCheck } from './types.js';
import { isVoid } from './void-tokens.js';

const meanings: Readonly<Record<TokenCheck['code'], string>> = {
  0: 'The token connects.',
  31002: 'The App Key is unknown. Check it; a new token does not help.',
  31004: 'The token is not one of this App Key, or was voided. Fetch a new one and connect again.',
  31008: 'The app is suspended. A new token does not help.',
  31020: 'The token has expired. Fetch a new one and connect again.',
};

/** Answers as a client SDK is answered when it connects with a token. */
export function checkToken(app: AppState | undefined, token: string, now: number): TokenCheck {
  if (!app) return verdict(31002);
  if (app.settings.suspended) return verdict(31008);
  const row = app.tokens.fingerprints.find(fingerprintOf(token));
  if (row === noRow || isVoid(app, row)) return verdict(31004);
  const userId = app.users.userIds.get(app.tokens.users.get(row));
  return { ...verdict(isExpired(app, app.tokens.issuedAt.get(row), now) ? 31020 : 0), userId };
}

function verdict(code: TokenCheck['code']): TokenCheck {
  return { code, meaning: meanings[code] };
}
