import { readFileSync } from 'node:fs';
import { CliError } from '../../errors.js';
import { parseCount, parsePattern, parsePort, parsePositive, parseTimeoutMs } from '../../options/parse.js';
import type { CliContext } from '../../types.js';

/** What `nexconn serve` is told, by flag, environment or file, each value parsed; what nobody set is left out. */
export interface ServeSettings {
  readonly host?: string;
  readonly port?: number;
  readonly region?: string;
  readonly baseUrl?: string;
  readonly appKey?: string;
  readonly appSecretFile?: string;
  readonly appSecretNextFile?: string;
  readonly store?: string;
  readonly encryptionKeysFile?: string;
  readonly tokenTtlSeconds?: number;
  readonly jwksUrl?: string;
  readonly jwtSecretFile?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: readonly string[];
  readonly jwtAlgorithms?: readonly string[];
  readonly jwtClockToleranceSeconds?: number;
  readonly userIdClaim?: string;
  readonly nameClaim?: string;
  readonly avatarUrlClaim?: string;
  readonly userIdPattern?: RegExp;
  readonly userIdKeyFile?: string;
  readonly allowedOrigins?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly drainDelayMs?: number;
  readonly drainTimeoutMs?: number;
  readonly logLevel?: string;
}

/** One setting, under one name in all three places. */
export interface ServeSetting<Value = unknown> {
  /** Left out where a flag makes no sense. */
  readonly flag?: string;
  readonly description: string;
  readonly parse: (text: string) => Value;
}

const text = String;
const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** All settings, in the order of the help. */
export const serveSettings: {
  readonly [Name in keyof ServeSettings]-?: ServeSetting<NonNullable<ServeSettings[Name]>>;
} = {
  host: { flag: '--host <address>', description: 'address to listen on (default: 127.0.0.1)', parse: text },
  port: { flag: '--port <port>', description: 'port, 0 for any free one (default: 4020)', parse: parsePort },
  region: { flag: '--region <region>', description: 'the region that the app lives in', parse: text },
  baseUrl: { flag: '--base-url <url>', description: 'another server, such as a mock', parse: text },
  appKey: { description: 'App Key of the Nexconn console', parse: text },
  appSecretFile: { flag: '--app-secret-file <file>', description: 'file of the App Secret', parse: text },
  appSecretNextFile: {
    flag: '--app-secret-next-file <file>',
    description: 'file of the App Secret that replaces it, during a rotation',
    parse: text,
  },
  store: {
    flag: '--store <store>',
    description: 'sqlite:PATH, memory, redis://… or postgres://… (default: sqlite:nexconn-tokens.db)',
    parse: text,
  },
  encryptionKeysFile: {
    flag: '--encryption-keys-file <file>',
    description: 'file of the keys that tokens are stored under',
    parse: text,
  },
  tokenTtlSeconds: {
    flag: '--token-ttl-seconds <n>',
    description: 'validity period that is set in the console (default: none)',
    parse: parsePositive,
  },
  jwksUrl: { flag: '--jwks-url <url>', description: 'JWK set that log-ins are verified with', parse: text },
  jwtSecretFile: {
    flag: '--jwt-secret-file <file>',
    description: 'file of the shared secret that log-ins are verified with',
    parse: text,
  },
  jwtIssuer: { flag: '--jwt-issuer <issuer>', description: 'iss of the JWTs; needed with --jwks-url', parse: text },
  jwtAudience: {
    flag: '--jwt-audience <list>',
    description: 'aud of the JWTs, or "any"; needed with --jwks-url',
    parse: list,
  },
  jwtAlgorithms: {
    flag: '--jwt-algorithms <list>',
    description: 'accepted alg (default: HS256, or every asymmetric one)',
    parse: list,
  },
  jwtClockToleranceSeconds: {
    flag: '--jwt-clock-tolerance-seconds <n>',
    description: 'for exp and nbf (default: 5)',
    parse: parseCount,
  },
  userIdClaim: { flag: '--user-id-claim <name>', description: 'claim of the user ID (default: sub)', parse: text },
  nameClaim: { flag: '--name-claim <name>', description: 'claim of the name (default: name)', parse: text },
  avatarUrlClaim: {
    flag: '--avatar-url-claim <name>',
    description: 'claim of the avatar (default: picture)',
    parse: text,
  },
  userIdPattern: {
    flag: '--user-id-pattern <regexp>',
    description: 'which user IDs go to the API (default: letters and digits)',
    parse: parsePattern,
  },
  userIdKeyFile: {
    flag: '--user-id-key-file <file>',
    description: 'file of the key that makes opaque user IDs of the claim (default: the claim is the user ID)',
    parse: text,
  },
  allowedOrigins: {
    flag: '--allowed-origins <list>',
    description: 'other origins whose pages may call it (default: none)',
    parse: list,
  },
  requestsPerMinute: {
    flag: '--requests-per-minute <n>',
    description: 'of one user, at this instance (default: 10)',
    parse: parsePositive,
  },
  drainDelayMs: {
    flag: '--drain-delay-ms <ms>',
    description: 'on SIGTERM, go on accepting for so long with /readyz at 503 (default: 0)',
    parse: parseCount,
  },
  drainTimeoutMs: {
    flag: '--drain-timeout-ms <ms>',
    description: 'longest wait for requests under way at the end (default: 10000)',
    parse: parseTimeoutMs,
  },
  logLevel: {
    flag: '--log-level <level>',
    description: 'debug, info, warn, error or silent (default: info)',
    parse: text,
  },
};

type SettingName = keyof ServeSettings;

/** Gives the variable of a setting: `NEXCONN_TOKEN_TTL_SECONDS` of `tokenTtlSeconds`. */
export function variableOf(name: string): string {
  return `NEXCONN_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Says where a setting can be set, for an error message. */
export function placesOf(name: SettingName): string {
  const [flag] = serveSettings[name].flag?.split(' ') ?? [];
  return flag === undefined ? variableOf(name) : `${variableOf(name)} (${flag})`;
}

/**
 * Reads all settings: a flag before the environment, and that before the file.
 *
 * @throws {CliError} USAGE
 */
export function readServeSettings(
  flags: Readonly<Record<string, unknown>>,
  env: CliContext['env'],
  configPath: string | undefined,
): ServeSettings {
  const config = configPath === undefined ? {} : readConfig(configPath);
  const places = [flags, variables(env), config];
  // A region and a base URL are two answers to one question: the first place that has either decides.
  const [first] = places.flatMap((place) => ['baseUrl', 'region'].filter((name) => place[name] !== undefined));
  const other = first === 'baseUrl' ? 'region' : 'baseUrl';
  const names = Object.keys(serveSettings).filter((name) => name !== other) as SettingName[];
  const found = names.flatMap((name) => {
    const value = readSetting(name, { flag: flags[name], variable: env[variableOf(name)] }, config);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}

/** The variables under the names of their settings. An empty one is how many tools unset it. */
function variables(env: CliContext['env']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(serveSettings).map((name) => [name, env[variableOf(name)] || undefined]));
}

function readSetting(
  name: SettingName,
  { flag, variable }: { flag: unknown; variable: string | undefined },
  config: Readonly<Record<string, unknown>>,
): unknown {
  if (typeof flag === 'string') {
    if (name === 'store') refusePassword(flag);
    return parseSetting(name, flag, serveSettings[name].flag?.split(' ', 1)[0] ?? name);
  }
  if (variable) return parseSetting(name, variable, variableOf(name));
  const value = config[name];
  if (value === undefined) return undefined;
  const texts = (Array.isArray(value) ? value : [value]).map((each) => {
    if (typeof each === 'string' || typeof each === 'number') return String(each);
    throw usage(`"${name}" of the configuration file is neither a text nor a number. Correct it.`);
  });
  return parseSetting(name, texts.join(','), `"${name}" of the configuration file`);
}

function parseSetting(name: SettingName, value: string, source: string): unknown {
  try {
    return serveSettings[name].parse(value);
  } catch (error) {
    throw usage(`${source} is "${value}". ${(error as Error).message}`, error);
  }
}

function refusePassword(store: string): void {
  if (!URL.canParse(store) || new URL(store).password === '') return;
  throw usage(
    '--store holds a password, which every user of this machine can see. Give it by NEXCONN_STORE or the ' +
      'configuration file.',
  );
}

function readConfig(path: string): Readonly<Record<string, unknown>> {
  const config = parseConfig(path);
  for (const name of Object.keys(config)) {
    if (Object.hasOwn(serveSettings, name)) continue;
    const fileName = `${name}File`;
    const hint = Object.hasOwn(serveSettings, fileName)
      ? `Secrets stay out of it: set ${variableOf(name)}, or "${fileName}" to the path of a file.`
      : 'See nexconn serve --help for the names.';
    throw usage(`The configuration file ${path} has an unknown setting "${name}". ${hint}`);
  }
  return config;
}

function parseConfig(path: string): Readonly<Record<string, unknown>> {
  const content = readTextFile(path, '--config');
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (cause) {
    throw usage(`The configuration file ${path} is not JSON. Correct it.`, cause);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
    return parsed as Readonly<Record<string, unknown>>;
  }
  throw usage(`The configuration file ${path} holds no JSON object. Write one such as {"port":4020}.`);
}

/**
 * Reads a secret: of its file where a file is set, else of its variable. No line break at its end belongs to it.
 *
 * @throws {CliError} USAGE
 */
export function readSecret(
  name: 'appSecret' | 'appSecretNext' | 'jwtSecret' | 'encryptionKeys' | 'userIdKey',
  settings: ServeSettings,
  env: CliContext['env'],
): string | undefined {
  const path = settings[`${name}File`];
  if (path === undefined) return env[variableOf(name)] || undefined;
  const secret = readTextFile(path, placesOf(`${name}File`)).replace(/\r?\n$/, '');
  if (secret === '') throw usage(`The file ${path} is empty. Put the secret that ${variableOf(name)} names into it.`);
  return secret;
}

function readTextFile(path: string, source: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw usage(`The file ${path} cannot be read (${code}). Check the path given by ${source}.`, cause);
  }
}

function usage(message: string, cause?: unknown): CliError {
  return new CliError('USAGE', message, { cause });
}
