import { type Command, InvalidArgumentError } from 'commander';
import { CliError, readAll } from '../command-line/errors.js';
import { readSmallFile } from '../command-line/files/read-small-file.js';
import {
  parseCount,
  parseDelayMs,
  parseList,
  parsePattern,
  parsePort,
  parsePositive,
  parseTimeoutMs,
} from '../command-line/parse.js';
import type { CliContext } from '../command-line/types.js';
import { isServiceLink } from './unknown-variables.js';

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

type SettingName = keyof typeof serveSettings;

/** The settings of `serve`, parsed; those that nobody set are left out. */
export type ServeSettings = {
  readonly [Name in SettingName]?: ReturnType<(typeof serveSettings)[Name]['parse']>;
};

const names = Object.keys(serveSettings) as SettingName[];
const secretNames = ['appSecret', 'appSecretNext', 'jwtSecret', 'encryptionKeys', 'userIdKey'] as const;
/** Two answers to one question: the first place that has either of them decides. */
const endpointNames: readonly SettingName[] = ['region', 'baseUrl'];

/** Returns the variable of a setting: `NEXCONN_DRAIN_DELAY_MS` of `drainDelayMs`. */
export function variableOf(name: string): string {
  return `NEXCONN_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Returns the variables that are read. */
export function knownVariables(): string[] {
  return ['NEXCONN_CONFIG', ...[...names, ...secretNames].map(variableOf)];
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
  if (Object.hasOwn(serveSettings, name)) return usage(placesOf(name as SettingName) + rest, error);
  return secretNames.some((each) => each === name) ? usage(variableOf(name) + rest, error) : error;
}

function flagOf(name: SettingName): string | undefined {
  return serveSettings[name].flag?.split(' ', 1)[0];
}

/**
 * Returns all settings: a flag wins over a variable, and that over a field of the file.
 *
 * Commander's own `Option.env` would read the variables of this process, and list each of them in the help.
 *
 * @throws {CliError} USAGE
 */
export function readServeSettings(command: Command, env: CliContext['env']): ServeSettings {
  const flags = command.opts();
  if (flags.store !== undefined) refusePassword(flags.store);
  // An empty variable is how many tools unset one.
  setValues(command, 'env', (name) => readVariable(env, name));
  const path: string | undefined = flags.config ?? (env.NEXCONN_CONFIG || undefined);
  if (path !== undefined) {
    const config = readConfig(path);
    setValues(command, 'config', (name) => config[name]);
  }
  const found = names.filter((name) => command.getOptionValue(name) !== undefined);
  return Object.fromEntries(readAll(...found.map((name) => () => [name, parseSetting(name, command)] as const)));
}

/** Kubernetes sets `NEXCONN_PORT=tcp://…` where a Service is called nexconn, which is not meant for this command. */
function readVariable(env: CliContext['env'], name: SettingName): string | undefined {
  const value = env[variableOf(name)] || undefined;
  return name === 'port' && value !== undefined && isServiceLink(value) ? undefined : value;
}

function setValues(command: Command, source: 'env' | 'config', read: (name: SettingName) => unknown): void {
  const has = (name: SettingName): boolean => command.getOptionValue(name) !== undefined;
  const taken = new Set(endpointNames.some(has) ? endpointNames : []);
  for (const name of names) {
    if (!has(name) && !taken.has(name)) command.setOptionValueWithSource(name, read(name), source);
  }
}

function parseSetting(name: SettingName, command: Command): unknown {
  const value: unknown = command.getOptionValue(name);
  const source = command.getOptionValueSource(name);
  const inFile = `"${name}" of the configuration file`;
  const place = source === 'cli' ? flagOf(name) : source === 'env' ? variableOf(name) : inFile;
  const text = (Array.isArray(value) ? value : [value]).map((each) => {
    if (['string', 'number', 'boolean'].includes(typeof each)) return String(each);
    throw usage(`${inFile} is neither a text, a number nor a boolean. Correct it.`);
  });
  try {
    return serveSettings[name].parse(text.join(','));
  } catch (error) {
    throw usage(`${place} is "${text.join(',')}". ${(error as Error).message}`, error);
  }
}

/**
 * Refuses the URL of a store that was given by a flag where it holds a password.
 *
 * @throws {CliError} USAGE
 */
export function refusePassword(
  store: string,
  flag = '--store',
  instead: string = `${variableOf('store')} or the configuration file`,
): void {
  // Where a password looks like a port and a path, the first at sign is behind them.
  if (!/^(redis|postgres)\w*:\/\/[^\s/@:]*:.*@/i.test(store) && !(URL.canParse(store) && new URL(store).password))
    return;
  throw usage(`${flag} holds a password, which every user of this machine can see. Give it by ${instead}.`);
}

function readConfig(path: string): Readonly<Record<string, unknown>> {
  const config = parseConfig(path, readTextFile(path, 'NEXCONN_CONFIG (--config)'));
  const unknown = Object.keys(config).find((name) => !Object.hasOwn(serveSettings, name));
  if (unknown === undefined) return config;
  const fileName = `${unknown}File`;
  const hint = Object.hasOwn(serveSettings, fileName)
    ? `Secrets stay out of it: set ${variableOf(unknown)}, or "${fileName}" to the path of a file.`
    : 'The help of serve has the names.';
  throw usage(`The configuration file ${path} has an unknown setting "${unknown}". ${hint}`);
}

function parseConfig(path: string, content: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (cause) {
    throw usage(`The configuration file ${path} is not JSON. Correct it.`, cause);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw usage(`The configuration file ${path} holds no JSON object. Write one such as {"port":4020}.`);
}

/**
 * Returns a secret: of its file where a file is set, else of its variable. A line break at the end of a file is no part of
 * it.
 *
 * @throws {CliError} USAGE
 */
export function readSecret(
  name: (typeof secretNames)[number],
  settings: ServeSettings,
  env: CliContext['env'],
): string | undefined {
  const path = settings[`${name}File`];
  if (path === undefined) return checkSecret(name, env[variableOf(name)] ?? '', variableOf(name)) || undefined;
  const text = readTextFile(path, placesOf(`${name}File`)).replace(/\r?\n$/, '');
  const secret = checkSecret(name, text, `The file ${path}`);
  if (secret === '') throw usage(`The file ${path} is empty. Put the secret that ${variableOf(name)} names into it.`);
  return secret;
}

/** Far more than a configuration file or a list of keys has. */
const maxFileBytes = 1_048_576;

/** A file or an editor adds such characters unseen, and whoever else has the secret has it without them. */
function checkSecret(name: string, secret: string, place: string): string {
  if (/^\s*(["']).*\1\s*$/s.test(secret)) {
    throw usage(
      `${place} has quotes around it. Remove them: a shell takes them off, but a file or Docker's --env-file does not.`,
    );
  }
  // One other character makes other IDs for all users, and a key as it is advised has none of these.
  if (name === 'userIdKey' && /[^ -~]/.test(secret.trim())) {
    throw usage(`${place} has a character that is not of printable ASCII. Copy the secret again.`);
  }
  // The client checks this one.
  if (name.startsWith('appSecret')) return secret;
  // Keys stand in a list, with white space between them.
  const text = name === 'encryptionKeys' ? secret.replaceAll(/[ \t\r\n]/g, '') : secret;
  if (text.trim() === text && !/[\p{Cc}\p{Cf}\ufffd]/u.test(text)) return secret;
  throw usage(
    `${place} has white space at an end, a character that is not seen, or bytes that are no UTF-8. ` +
      'Copy the secret again.',
  );
}

function readTextFile(path: string, source: string): string {
  try {
    return readSmallFile(path, { maxBytes: maxFileBytes });
  } catch (error) {
    // Without the path: who takes the setting for that of the secret has put the secret there.
    throw usage(`The file that ${source} names ${(error as Error).message}. Set it to the path of a file.`);
  }
}

function usage(message: string, cause?: unknown): CliError {
  return new CliError(message, { code: 'USAGE', cause });
}
