import { optionChecks, refuseOption } from '../errors.js';
import type { AppState } from './app.js';
import { voidAllRows } from './tokens.js';
import type { RotationEffect } from './types.js';

/** Rotates at once, or keeps the new secret waiting for its first use. @throws {MockError} `INVALID_OPTION` */
export function rotateSecret(app: AppState, appSecret: string, takesEffect: RotationEffect): void {
  optionChecks.checkChoice<RotationEffect>('takesEffect', takesEffect, ['at-once', 'on-first-use']);
  if (appSecret === app.secret) refuseOption('appSecret', 'is the present one. Pass another.');
  app.nextSecret = appSecret;
  if (takesEffect === 'at-once') takeNextSecret(app);
}

/** Replaces the present secret by the waiting one; the tokens of the present one become void. */
export function takeNextSecret(app: AppState): void {
  if (app.nextSecret === undefined) return;
  app.previousSecret = app.secret;
  app.secret = app.nextSecret;
  app.nextSecret = undefined;
  voidAllRows(app);
}
