import { callListener } from './call-listener.js';
import type { OptionNames } from './check-options.js';
import { MockError, optionChecks, refuseOption } from './errors.js';
import { createRandomPool } from './pipeline/fill-answer.js';
import type { Settings } from './settings.js';
import { dateNow, performanceNow } from './system-time.js';
import type { MockOptions, StartMockOptions } from './types.js';

/** Where a mock listens, with every default in place. */
export interface ListenSettings {
  readonly port: number;
  readonly host: string;
  readonly tls: StartMockOptions['tls'];
}

const { checkChoice, checkFunction, checkNames, checkNumber, checkText } = optionChecks;

/** The options of a mock without a port, and of one on a port. */
export const mockNames: OptionNames<MockOptions> = {
  ...{ document: 0, appKey: 0, appSecret: 0, apps: 0, environment: 0, userLimit: 0, userIdPattern: 0, log: 0, now: 0 },
  ...{ clockToleranceMs: 0, nonceReplay: 0, journalSize: 0, allowedOrigins: 0, random: 0 },
  ...{ tokenValiditySeconds: null, rateLimit: null },
};
export const startMockNames: OptionNames<StartMockOptions> = { ...mockNames, port: 0, host: 0, tls: 0 };
const tlsNames: OptionNames<NonNullable<StartMockOptions['tls']>> = { cert: 0, key: 0 };

/** @throws {MockError} `INVALID_OPTION` */
export function resolveOptions(options: MockOptions, names: OptionNames<MockOptions> = mockNames): Settings {
  checkNames(options, names);
  const { apps = [], environment, rateLimit, tokenValiditySeconds, userLimit, log, now, random } = options;
  const { clockToleranceMs = 300_000, nonceReplay = 'refuse', journalSize = 10_000 } = options;
  const { allowedOrigins = 'loopback', appKey = 'uwd1c0sxdlx2', appSecret = 'Y1W2MeFwwwRxa0' } = options;
  checkText('appKey', appKey);
  checkText('appSecret', appSecret);
  if (!Array.isArray(apps)) refuseOption('apps', `is of type ${typeof apps}. Pass a list of apps.`);
  for (const [name, value] of Object.entries({ log, now, random })) checkFunction(name, value);
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
    nonceReplay: checkChoice('nonceReplay', nonceReplay, ['refuse', 'allow']),
    journalSize,
    allowedOrigins: checkOrigins(allowedOrigins),
    log: log && ((line) => callListener('log', log, line)),
    now: now ?? dateNow,
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
  };
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
