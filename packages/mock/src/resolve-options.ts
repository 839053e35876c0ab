import { MockError } from './errors.js';
import type { Settings } from './http/types.js';
import { createRandomPool } from './random-pool.js';
import type { MockOptions, StartMockOptions } from './types.js';

/** Where a mock listens, with every default in place. */
export interface ListenSettings {
  readonly port: number;
  readonly host: string;
}

/** @throws {MockError} INVALID_OPTION */
export function resolveSettings({
  appKey = 'uwd1c0sxdlx2',
  appSecret = 'Y1W2MeFwwwRxa0',
  apps = [],
  environment,
  rateLimit,
  tokenValiditySeconds,
  userLimit,
  userIdPattern,
  clockToleranceMs = 300_000,
  nonceReplay = 'refuse',
  journalSize = 10_000,
  corsOrigins = 'loopback',
  log,
  now = Date.now,
  random = createRandomPool(),
}: MockOptions): Settings {
  check('appKey', isText(appKey), 'a text that is not empty');
  check('appSecret', isText(appSecret), 'a text that is not empty');
  check('apps', Array.isArray(apps), 'a list of apps');
  const first = { appKey, appSecret, environment, rateLimit, tokenValiditySeconds, userLimit };
  const pattern = wholeMatch(userIdPattern);
  check('clockToleranceMs', typeof clockToleranceMs === 'number' && clockToleranceMs >= 0, 'milliseconds, 0 or more');
  check('nonceReplay', nonceReplay === 'refuse' || nonceReplay === 'allow', 'refuse or allow');
  check(
    'corsOrigins',
    isOrigins(corsOrigins),
    '"loopback", "any" or a list of origins such as "https://app.example.com"',
  );
  check('log', log === undefined || typeof log === 'function', 'a function that takes a line');
  check('now', typeof now === 'function', 'a function that gives Unix milliseconds');
  check('random', typeof random === 'function', 'a function that gives bytes');
  return {
    appKey,
    appSecret,
    apps: [first, ...apps],
    userIdPattern: pattern,
    clockToleranceMs,
    corsOrigins,
    log,
    now,
    random,
    nonceReplay,
    journalSize,
    stopwatch: () => performance.now(),
  };
}

/** @throws {MockError} INVALID_OPTION */
export function resolveListenSettings({ port = 4010, host = '127.0.0.1' }: StartMockOptions): ListenSettings {
  check('port', Number.isInteger(port) && port >= 0 && port <= 65_535, 'a whole number from 0 to 65535');
  check('host', isText(host), 'an address or a host name');
  return { port, host };
}

function isOrigins(value: unknown): boolean {
  if (value === 'loopback' || value === 'any') return true;
  return Array.isArray(value) && value.every((origin) => origin === 'null' || isOrigin(origin));
}

function isOrigin(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** A JSON Schema pattern has no flags and is read as Unicode; Prism must come to the same verdict. */
function wholeMatch(pattern: RegExp | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  check('userIdPattern', pattern instanceof RegExp && /^u?$/.test(pattern.flags), 'a regular expression without flags');
  try {
    return new RegExp(`^(?:${pattern.source})$`, 'u');
  } catch (cause) {
    const message = `The option userIdPattern must be valid with the flag u; ${pattern} is not.`;
    throw new MockError('INVALID_OPTION', message, { cause });
  }
}

function check(option: string, valid: boolean, expected: string): void {
  // The value stays out of the message: it may be a secret.
  if (!valid) throw new MockError('INVALID_OPTION', `The option ${option} must be ${expected}.`);
}
