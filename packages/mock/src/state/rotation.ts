import type { AppState } from './app.js';
import { checkSetting } from './check-setting.js';
import type { RotationEffect } from './types.js';
import { voidAllRows } from './void-tokens.js';

/** Rotates at once, or lets the new secret wait for its first use. @throws {MockError} INVALID_OPTION */
export function rotateSecret(app: AppState, appSecret: string, takesEffect: RotationEffect): void {
  const effects: readonly RotationEffect[] = ['at-once', 'on-first-use'];
  checkSetting('takesEffect', effects.includes(takesEffect), effects.join(' or '));
  checkSetting('appSecret', appSecret !== app.secret, 'another than the present one');
  app.nextSecret = appSecret;
  if (takesEffect === 'at-once') takeNextSecret(app);
}

/** Puts the waiting secret in the place of the present one, whose tokens go with it. */
export function takeNextSecret(app: AppState): void {
  if (app.nextSecret === undefined) return;
  app.previousSecret = app.secret;
  app.secret = app.nextSecret;
  app.nextSecret = undefined;
  voidAllRows(app);
}
