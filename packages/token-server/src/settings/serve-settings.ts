import { InvalidArgumentError } from 'commander';
import { CliError } from '../command-line/errors.js';
import {
  parseCount,
  parseDelayMs,
  parseList,
  parsePattern,
  parsePort,
  parsePositive,
  parseTimeoutMs,
} from '../command-line/parse.js';

interface Setting<Value> {
  /** Left out where a flag makes no sense. */
  readonly flag: string | undefined;
  readonly description: string;
  readonly parse: (text: string) => Value;
}

function setting(flag: string | undefined, description: string): Setting<string>;
function setting<Value>(flag: string, description: string, parse: (text: string) => Value): Setting<Value>;
function setting(flag: string | undefined, description: string, parse: (text: string) => unknown = String) {
  return { flag, description, parse };
}

/** Returns a parser of one of two words. */
function parseEither<Word extends string>(one: Word, other: Word): (text: string) => Word {
  return (text) => {
    const word = [one, other].find((each) => each === text);
    if (word === undefined) throw new InvalidArgumentError(`Give ${one} or ${other}.`);
    return word;
  };
}

function parseSwitch(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidArgumentError('Give true or false.');
}

/** What holds where nobody sets a setting; the help says so in these words. */
export const defaults = {
  host: '127.0.0.1',
  port: 4020,
  store: 'sqlite:nexconn-tokens.db',
  unreadableTokens: 'reissue',
  changedUsers: 'reissue',
  changeCoolDownMs: 3_600_000,
  jwtClockToleranceSeconds: 5,
  userIdClaim: 'sub',
  nameClaim: 'name',
  avatarUrlClaim: 'picture',
  requestsPerMinute: 10,
  drainDelayMs: 0,
  drainTimeoutMs: 10_000,
  // Proxies keep idle connections for 60 s: one that this side ends first would reset a request that they send meanwhile.
  keepAliveTimeoutMs: 65_000,
  logLevel: 'info',
} as const;

/** The stores that outlive a server, which other commands open as well. */
export const storesOfServers: string = `sqlite:PATH, redis://… or postgres://… (default: ${defaults.store})`;

/** All settings, each under one name as a flag, a variable and a field of the file, in the order of the help. */
export const serveSettings = {
  host: setting('--host <address>', `address to listen on (default: ${defaults.host})`),
  port: setting('--port <port>', `port, 0 for any free one (default: ${defaults.port})`, parsePort),
  region: setting('--region <region>', 'the region that the app lives in'),
  baseUrl: setting('--base-url <url>', 'another server, such as a mock'),
  appKey: setting(undefined, 'App Key of the Nexconn console'),
  appSecretFile: setting('--app-secret-file <file>', 'file of the App Secret'),
  appSecretNextFile: setting(
    '--app-secret-next-file <file>',
    'file of the App Secret that replaces it, during a rotation',
  ),
  store: setting('--store <store>', `memory, ${storesOfServers}`),
  encryptionKeysFile: setting('--encryption-keys-file <file>', 'file of the keys that tokens are stored under'),
  unreadableTokens: setting(
    '--unreadable-tokens <what>',
    `reissue or refuse tokens under a key that is not given here (default: ${defaults.unreadableTokens})`,
    parseEither('reissue', 'refuse'),
  ),
  changedUsers: setting(
    '--changed-users <how>',
    `reissue the token for a changed name or avatar, or update the user and keep it (default: ${defaults.changedUsers})`,
    parseEither('reissue', 'update'),
  ),
  changeCoolDownMs: setting(
    '--change-cool-down-ms <ms>',
    `time between two changes of a user's name or avatar that the API is told of (default: ${defaults.changeCoolDownMs})`,
    parseCount,
  ),
  tokenValiditySeconds: setting(
    '--token-validity-seconds <n>',
    'validity period that is set in the console (default: none)',
    parsePositive,
  ),
  jwksUrl: setting('--jwks-url <url>', 'JWK set that log-ins are verified with'),
  jwtSecretFile: setting('--jwt-secret-file <file>', 'file of the shared secret that log-ins are verified with'),
  jwtIssuer: setting('--jwt-issuer <issuer>', 'iss of the JWTs; needed with --jwks-url'),
  jwtAudience: setting('--jwt-audience <list>', 'aud of the JWTs, or "any"; needed with --jwks-url', parseList),
  jwtAlgorithms: setting(
    '--jwt-algorithms <list>',
    'accepted alg (default: HS256, or every asymmetric one)',
    parseList,
  ),
  jwtClockToleranceSeconds: setting(
    '--jwt-clock-tolerance-seconds <n>',
    `for exp and nbf (default: ${defaults.jwtClockToleranceSeconds})`,
    parseCount,
  ),
  userIdClaim: setting('--user-id-claim <name>', `claim of the user ID (default: ${defaults.userIdClaim})`),
  nameClaim: setting('--name-claim <name>', `claim of the name (default: ${defaults.nameClaim})`),
  avatarUrlClaim: setting('--avatar-url-claim <name>', `claim of the avatar (default: ${defaults.avatarUrlClaim})`),
  userIdPattern: setting(
    '--user-id-pattern <regexp>',
    'which user IDs go to the API (default: letters and digits)',
    parsePattern,
  ),
  userIdKeyFile: setting(
    '--user-id-key-file <file>',
    'file of the key that makes opaque user IDs of the claim (default: the claim is the user ID)',
  ),
  allowedOrigins: setting(
    '--allowed-origins <list>',
    'other origins whose pages may call it (default: none)',
    parseList,
  ),
  requestsPerMinute: setting(
    '--requests-per-minute <n>',
    `of one user, at this instance (default: ${defaults.requestsPerMinute})`,
    parsePositive,
  ),
  drainDelayMs: setting(
    '--drain-delay-ms <ms>',
    `on SIGTERM, go on accepting for so long with /readyz at 503 (default: ${defaults.drainDelayMs})`,
    parseDelayMs,
  ),
  drainTimeoutMs: setting(
    '--drain-timeout-ms <ms>',
    `longest wait for requests under way at the end (default: ${defaults.drainTimeoutMs})`,
    parseTimeoutMs,
  ),
  keepAliveTimeoutMs: setting(
    '--keep-alive-timeout-ms <ms>',
    `how long an idle connection is kept; longer than a proxy in front keeps it (default: ${defaults.keepAliveTimeoutMs})`,
    parseTimeoutMs,
  ),
  dangerouslyAllowHttp: setting(
    '--dangerously-allow-http',
    'let --base-url and --jwks-url be http: on another machine, in a network of your own',
    parseSwitch,
  ),
  logLevel: setting('--log-level <level>', `debug, info, warn, error or silent (default: ${defaults.logLevel})`),
};

/** The name of a setting. */
export type SettingName = keyof typeof serveSettings;

/** The settings of `serve`, parsed; those that nobody set are left out. */
export type ServeSettings = {
  readonly [Name in SettingName]?: ReturnType<(typeof serveSettings)[Name]['parse']>;
};

/** All of them, in the order of the help. */
export const settingNames = Object.keys(serveSettings) as SettingName[];
/** What is never given by a flag or in the configuration file, but in a variable or in a file of its own. */
export const secretNames = ['appSecret', 'appSecretNext', 'jwtSecret', 'encryptionKeys', 'userIdKey'] as const;
/** Returns the variable of a setting: `NEXCONN_DRAIN_DELAY_MS` of `drainDelayMs`. */
export function variableOf(name: string): string {
  return `NEXCONN_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Returns the variables that are read. */
export function knownVariables(): string[] {
  return ['NEXCONN_CONFIG', ...[...settingNames, ...secretNames].map(variableOf)];
}

/** Returns where a setting can be set, for an error message. */
export function placesOf(name: SettingName): string {
  const flag = flagOf(name);
  return flag === undefined ? variableOf(name) : `${variableOf(name)} (${flag})`;
}

/**
 * Returns an error with the setting in place of the library's option that it begins with, so that it says where to mend it;
 * any other as it is.
 */
export function inWordsOfSettings(error: unknown): unknown {
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  const [, name = '', rest] = /^(\w+)( .*)$/s.exec(`${message}`) ?? [];
  if (code !== 'INVALID_OPTION') return error;
  if (Object.hasOwn(serveSettings, name)) return wrongSetting(placesOf(name as SettingName) + rest, error);
  return secretNames.some((each) => each === name) ? wrongSetting(variableOf(name) + rest, error) : error;
}

/** Returns the flag of a setting. */
export function flagOf(name: SettingName): string | undefined {
  return serveSettings[name].flag?.split(' ', 1)[0];
}

/** Returns the error of a setting that is wrong. */
export function wrongSetting(message: string, cause?: unknown): CliError {
  return new CliError(message, { code: 'USAGE', cause });
}
