import { createNonceStore, type NonceStore } from '@nexconn-kit/signing';
import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';
import type { RateWindow } from './rate-limit.js';
import { copyTokenTable, createTokenTable, type TokenTable } from './token-table.js';
import type { App, AppChanges, AppCredentials, AppOptions } from './types.js';
import { copyUserTable, countUsers, createUserTable, type UserTable } from './users.js';

/** The state of one app. */
export interface AppState {
  /** The app as it was created, which a reset restores. */
  readonly made: ResolvedApp;
  settings: ResolvedAppSettings;
  /** The App Secret in force. */
  secret: string;
  /** The App Secret that replaces `secret` once a request signed with it is accepted. */
  nextSecret: string | undefined;
  /** The App Secret before the last rotation; a request signed with it is refused with a hint at the rotation. */
  previousSecret: string | undefined;
  readonly users: UserTable;
  readonly tokens: TokenTable;
  /** The first row of `tokens` that a rotation of the App Secret has not voided. */
  voidBefore: number;
  /** The number of rotations; what a user row counted in an earlier generation is void. */
  generation: number;
  /** The number of tokens from row `voidBefore` on that were voided one by one. */
  voidedSince: number;
  /** The window of the rate limit, by operation ID. */
  readonly windows: Map<string, RateWindow>;
  /** Nonces of requests that were accepted. */
  readonly nonces: NonceStore;
}

/** Creates the state of an app without users and tokens. */
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

/** Returns a copy to go back to, which counts requests anew and has the nonces that are passed. */
export function copyAppState(state: AppState, nonces: NonceStore = state.nonces): AppState {
  return {
    ...state,
    users: copyUserTable(state.users),
    tokens: copyTokenTable(state.tokens),
    windows: new Map(),
    nonces,
  };
}

/** Returns the app without its secrets. */
export function viewApp(state: AppState): App {
  return {
    appKey: state.made.appKey,
    ...state.settings,
    rotationPending: state.nextSecret !== undefined,
    userCount: countUsers(state.users),
    tokenCount: state.tokens.fingerprints.size() - state.voidBefore - state.voidedSince,
  };
}

/** Returns every App Secret that an app has or had. */
export function secretsOf({ made, secret, nextSecret, previousSecret }: AppState): string[] {
  return [made.appSecret, secret, nextSecret, previousSecret].filter((text) => text !== undefined);
}

/** The names of what can be changed of an app. */
type AppSetting = 'environment' | 'suspended' | 'tokenValiditySeconds' | 'rateLimit' | 'userLimit';

/** An app's settings with every default in place. */
type ResolvedAppSettings = Pick<App, AppSetting>;

/** The options of an app, with every default in place. */
export interface ResolvedApp extends AppCredentials {
  readonly settings: ResolvedAppSettings;
}

const { checkChoice, checkNames, checkNumber, checkText } = optionChecks;
const count = { max: Number.MAX_SAFE_INTEGER, isWhole: true };

const defaults: ResolvedAppSettings = {
  environment: 'production',
  suspended: false,
  tokenValiditySeconds: null,
  rateLimit: null,
  userLimit: 100,
};

const { suspended: _, ...creationDefaults } = defaults;
const appNames: OptionNames<AppOptions> = { ...creationDefaults, appKey: 0, appSecret: 0 };

/** Returns an app of these options. @throws {MockError} `INVALID_OPTION` */
export function resolveApp(options: AppOptions, random: (bytes: number) => Uint8Array): ResolvedApp {
  checkNames(options, appNames);
  const { appKey, appSecret, ...settings } = options;
  const app = { appKey: appKey ?? freshText(random, 6), appSecret: resolveSecret(appSecret, random) };
  if (!isHeaderSafe(app.appKey)) refuseOption('appKey', 'is none. Pass visible ASCII characters without a comma.');
  return { ...app, settings: changeSettings(defaults, settings) };
}

/** Returns the secret itself, or a fresh one where there is none. @throws {MockError} `INVALID_OPTION` */
export function resolveSecret(appSecret: string | undefined, random: (bytes: number) => Uint8Array): string {
  const secret = checkText('appSecret', appSecret === undefined ? freshText(random, 8) : appSecret);
  // No client signs with such a one.
  if (hasSpaceOrUnseen(secret)) {
    refuseOption('appSecret', 'is none: it has white space or an invisible character. Pass one without.');
  }
  return secret;
}

/** Returns the settings with these changes. @throws {MockError} `INVALID_OPTION` */
export function changeSettings(settings: ResolvedAppSettings, changes: AppChanges): ResolvedAppSettings {
  checkNames(changes, defaults);
  const {
    environment = settings.environment,
    suspended = settings.suspended,
    tokenValiditySeconds: validity = settings.tokenValiditySeconds,
    rateLimit = settings.rateLimit,
    userLimit = settings.userLimit,
  } = changes;
  checkChoice('environment', environment, ['development', 'production']);
  checkChoice('suspended', suspended, [true, false]);
  if (validity !== null && !isPositive(validity)) {
    refuseOption(
      'tokenValiditySeconds',
      'is no time. Pass seconds, more than 0, or null for tokens that never expire.',
    );
  }
  if (rateLimit !== null && rateLimit !== false)
    checkNumber('rateLimit', rateLimit, { ...count, unit: 'requests', min: 1 });
  checkNumber('userLimit', userLimit, { ...count, unit: 'users', min: 0 });
  return { environment, suspended, tokenValiditySeconds: validity, rateLimit, userLimit };
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

/** Only visible ASCII can stand in a header, and a comma would split the value. */
function isHeaderSafe(value: unknown): boolean {
  return typeof value === 'string' && /^[!-+\--~]+$/.test(value);
}

function freshText(random: (bytes: number) => Uint8Array, bytes: number): string {
  return Buffer.from(random(bytes)).toString('hex');
}

function hasSpaceOrUnseen(text: string): boolean {
  return /[\s\p{Cc}\p{Cf}\p{Cs}\p{DI}\u2800]/u.test(text);
}
