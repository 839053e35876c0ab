import { callListener } from './call-listener.js';
import { MockError, optionChecks, refuseOption } from './errors.js';
import { createRandomPool } from './pipeline/fill-answer.js';
import type { Settings } from './settings.js';
import { dateNow, performanceNow } from './system-time.js';
import type { MockOptions, StartMockOptions } from './types.js';

/** Where a mock listens, with every default in place. */
export interface ListenSettings {
  readonly port: number;
  readonly host: string;
}

const { checkChoice, checkFunction, checkNumber, checkText } = optionChecks;

/** @throws {MockError} `INVALID_OPTION` */
export function resolveOptions(options: MockOptions): Settings {
  const { apps = [], environment, rateLimit, tokenValiditySeconds, userLimit, log, now, random } = options;
  const appKey = checkText('appKey', options.appKey ?? 'uwd1c0sxdlx2');
  const appSecret = checkText('appSecret', options.appSecret ?? 'Y1W2MeFwwwRxa0');
  if (!Array.isArray(apps)) refuseOption('apps', `is of type ${typeof apps}. Pass a list of apps.`);
  for (const [name, value] of Object.entries({ log, now, random })) checkFunction(name, value);
  return {
    appKey,
    appSecret,
    apps: [{ appKey, appSecret, environment, rateLimit, tokenValiditySeconds, userLimit }, ...apps],
    userIdPattern: wholeMatch(options.userIdPattern),
    clockToleranceMs: checkNumber('clockToleranceMs', options.clockToleranceMs ?? 300_000, {
      unit: 'milliseconds',
      min: 0,
      max: Number.POSITIVE_INFINITY,
    }),
    nonceReplay: checkChoice('nonceReplay', options.nonceReplay ?? 'refuse', ['refuse', 'allow']),
    journalSize: options.journalSize ?? 10_000,
    allowedOrigins: checkOrigins(options.allowedOrigins ?? 'loopback'),
    log: log && ((line) => callListener('log', log, line)),
    now: now ?? dateNow,
    random: random ?? createRandomPool(),
    monotonicNow: performanceNow,
  };
}

/** @throws {MockError} `INVALID_OPTION` */
export function resolveListenOptions({ port = 4010, host = '127.0.0.1' }: StartMockOptions): ListenSettings {
  return {
    port: checkNumber('port', port, { unit: 'numbers', min: 0, max: 65_535, isWhole: true }),
    host: checkText('host', host),
  };
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
