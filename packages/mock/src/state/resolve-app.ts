import { checkSetting } from './check-setting.js';
import type { App, AppChanges, AppCredentials, AppOptions } from './types.js';

/** What can be changed of an app. */
export type AppSetting = 'environment' | 'suspended' | 'tokenValiditySeconds' | 'rateLimit' | 'userLimit';

/** An app's settings with every default in place. */
export type ResolvedAppSettings = Pick<App, AppSetting>;

/** How an app is made, with every default in place. */
export interface ResolvedApp extends AppCredentials {
  readonly settings: ResolvedAppSettings;
}

const defaults: ResolvedAppSettings = {
  environment: 'production',
  suspended: false,
  tokenValiditySeconds: null,
  rateLimit: null,
  userLimit: 100,
};

/** @throws {MockError} INVALID_OPTION */
export function resolveApp(
  { appKey, appSecret, ...settings }: AppOptions,
  random: (bytes: number) => Uint8Array,
): ResolvedApp {
  const app = { appKey: appKey ?? freshText(random, 6), appSecret: resolveSecret(appSecret, random) };
  checkSetting('appKey', isHeaderText(app.appKey), 'visible ASCII characters without a comma');
  return { ...app, settings: changeSettings(defaults, settings) };
}

/** Gives the secret itself, or a fresh one where there is none. @throws {MockError} INVALID_OPTION */
export function resolveSecret(appSecret: string | undefined, random: (bytes: number) => Uint8Array): string {
  const secret = appSecret ?? freshText(random, 8);
  checkSetting('appSecret', typeof secret === 'string' && secret !== '', 'a text that is not empty');
  return secret;
}

/** Gives the settings with these changes made. @throws {MockError} INVALID_OPTION */
export function changeSettings(settings: ResolvedAppSettings, changes: AppChanges): ResolvedAppSettings {
  const changed: ResolvedAppSettings = {
    environment: changes.environment ?? settings.environment,
    suspended: changes.suspended ?? settings.suspended,
    tokenValiditySeconds: given(changes.tokenValiditySeconds, settings.tokenValiditySeconds),
    rateLimit: given(changes.rateLimit, settings.rateLimit),
    userLimit: changes.userLimit ?? settings.userLimit,
  };
  const { environment, suspended, tokenValiditySeconds: validity, rateLimit, userLimit } = changed;
  checkSetting('environment', ['development', 'production'].includes(environment), 'development or production');
  checkSetting('suspended', typeof suspended === 'boolean', 'true or false');
  checkSetting('tokenValiditySeconds', validity === null || isPositive(validity), 'seconds, more than 0, or null');
  const isLimit = rateLimit === null || rateLimit === false || isCount(rateLimit, 1);
  checkSetting('rateLimit', isLimit, 'a whole number from 1 up, false or null');
  checkSetting('userLimit', isCount(userLimit, 0), 'a whole number from 0 up');
  return changed;
}

/** Null is a value here, so `??` would lose it. */
function given<T>(change: T | undefined, present: T): T {
  return change === undefined ? present : change;
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** What is not visible ASCII cannot stand in a header, and a comma would part the value in two. */
function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[!-+\--~]+$/.test(value);
}

function freshText(random: (bytes: number) => Uint8Array, bytes: number): string {
  return Buffer.from(random(bytes)).toString('hex');
}
