import { callListener } from './call-listener.js';
import type { NumberRule, OptionNames } from './check-options.js';
import { MockError, optionChecks, refuseOption } from './errors.js';
import { createRandomPool } from './pipeline/fill-answer.js';
import { resolveRules } from './profile/rules.js';
import type { Settings } from './settings.js';
import { dateNow, performanceNow } from './system-time.js';
import type { MockOptions, StartMockOptions } from './types.js';

/** Where a mock listens, with every default in place. */
export interface ListenSettings {
  readonly port: number;
  readonly host: string;
  readonly tls: StartMockOptions['tls'];
  /** Of an idle connection. */
  readonly keepAliveTimeoutMs: number;
}

const { checkChoice, checkFunction, checkNames, checkNumber, checkText } = optionChecks;

const time: NumberRule = { unit: 'milliseconds', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

/** The options of a mock without a port, and of one on a port. */
export const mockNames: OptionNames<MockOptions> = {
  ...{ document: 0, appKey: 0, appSecret: 0, apps: 0, environment: 0, userLimit: 0, userIdPattern: 0, log: 0, now: 0 },
  ...{ clockToleranceMs: 0, nonceReplay: 0, journalSize: 0, keptExchanges: 0, allowedOrigins: 0, links: 0, random: 0 },
  ...{ onRequest: 0, onChange: 0, rules: 0, state: 0 },
  ...{ tokenValiditySeconds: null, rateLimit: null },
};
export const startMockNames: OptionNames<StartMockOptions> = { ...mockNames, port: 0, host: 0, tls: 0 };
const tlsNames: OptionNames<NonNullable<StartMockOptions['tls']>> = { cert: 0, key: 0 };

/** @throws {MockError} `INVALID_OPTION` */
export function resolveOptions(options: MockOptions, names: OptionNames<MockOptions> = mockNames): Settings {
  checkNames(options, names);
  const { apps = [], environment, rateLimit, tokenValiditySeconds, userLimit, links = [], log, now, random } = options;
  const { clockToleranceMs = 300_000, nonceReplay = 'refuse', journalSize = 10_000, keptExchanges = 1000 } = options;
  const { onRequest, onChange, state } = options;
  const { allowedOrigins = 'loopback', appKey = 'uwd1c0sxdlx2', appSecret = 'Y1W2MeFwwwRxa0' } = options;
  checkText('appKey', appKey);
  checkText('appSecret', appSecret);
  if (!Array.isArray(apps)) refuseOption('apps', `is of type ${typeof apps}. Pass a list of apps.`);
  if (!Array.isArray(links)) refuseOption('links', `is of type ${typeof links}. Pass a list of { title, url }.`);
  for (const [name, value] of Object.entries({ log, onRequest, onChange, now, random })) checkFunction(name, value);
  return {
    appKey,
    appSecret,
    apps: [{ appKey, appSecret, environment, rateLimit, tokenValiditySeconds, userLimit }, ...apps],
    userIdPattern: wholeMatch(options.userIdPattern),
    clockToleranceMs: checkNumber('clockToleranceMs', clockToleranceMs, {
      unit: 'milliseconds',
      min: 0,
      max: Number.POSITIVE_INFINITY,
    }),
    nonceReplay: checkChoice('nonceReplay', nonceReplay, ['refuse', 'allow', 'refuse-identical']),
    rules: resolveRules(options.rules),
    journalSize,
    keptExchanges,
    allowedOrigins: checkOrigins(allowedOrigins),
    links,
    state,
    onChange: onChange && (() => callListener('onChange', onChange, undefined)),
    onRequest: onRequest && ((request) => callListener('onRequest', onRequest, request)),
    log: log && ((line) => callListener('log', log, line)),
    now: now ? checkedClock(now) : dateNow,
    random: random ?? createRandomPool(),
    monotonicNow: performanceNow,
  };
}

/** @throws {MockError} `INVALID_OPTION` */
export function resolveListenOptions(options: StartMockOptions): ListenSettings {
  checkNames(options, startMockNames);
  const { port = 4010, host = '127.0.0.1', tls } = options;
  return {
    port: checkNumber('port', port, { unit: 'numbers', min: 0, max: 65_535, isWhole: true }),
    host: checkText('host', host),
    tls: tls === undefined ? undefined : checkTls(tls),
    keepAliveTimeoutMs: resolveRules(options.rules).keepAliveTimeoutMs,
  };
}

/** What is no time would let every nonce pass as a new one. */
function checkedClock(clock: () => number): () => number {
  const now = (): number => checkNumber('now', clock(), time);
  now();
  return now;
}

function checkTls(tls: NonNullable<StartMockOptions['tls']>): StartMockOptions['tls'] {
  checkNames(tls, tlsNames, 'tls.');
  return { cert: checkText('tls.cert', tls.cert), key: checkText('tls.key', tls.key) };
}

function checkOrigins(value: NonNullable<MockOptions['allowedOrigins']>): Settings['allowedOrigins'] {
  if (value === 'loopback' || value === 'any') return value;
  if (Array.isArray(value) && value.every((origin) => origin === 'null' || isOrigin(origin))) return value;
  const problem =
    'is no list of origins. Pass "loopback", "any" or a list of origins such as "https://app.example.com".';
  return refuseOption('allowedOrigins', problem);
}

function isOrigin(text: unknown): boolean {
  return typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text;
}

/** A JSON Schema pattern has no flags and is read as Unicode; Prism must come to the same verdict. */
function wholeMatch(pattern: RegExp | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  if (!(pattern instanceof RegExp) || !/^u?$/.test(pattern.flags)) {
    refuseOption('userIdPattern', 'is none that can be used. Pass a regular expression with no flags but u.');
  }
  try {
    return new RegExp(`^(?:${pattern.source})$`, 'u');
  } catch (cause) {
    const message = `The option userIdPattern is not valid with the flag u: ${pattern}. Pass one that is.`;
    throw new MockError(message, { code: 'INVALID_OPTION', cause });
  }
}
