import type { OptionNames } from '../check-options.js';
import { MockError, optionChecks, refuseOption } from '../errors.js';
import type { NonceReplay } from '../state/types.js';
import type { MockOptions } from '../types.js';
import { resolveRules, type ServiceRules } from './rules.js';

/** What is known of an account; what is left out is not. */
export interface ProfileAnswers
  extends Omit<ServiceRules, 'clockToleranceAheadMs' | 'errorStatuses' | 'unlimitedFields'> {
  /** How far a Timestamp may lie from now, in milliseconds; `null` where no end was found. */
  readonly clockToleranceMs?: { readonly behind: number | null; readonly ahead: number | null } | undefined;
  readonly nonceReplay?: NonceReplay | undefined;
  /** How many requests to issue a token are admitted in a window. */
  readonly rateLimit?: number | undefined;
  readonly errorStatuses?: Readonly<Record<string, number>> | undefined;
  /** The characters that user IDs may have beside letters and digits, such as `_-`. */
  readonly userIdCharacters?: string | undefined;
  readonly unlimitedFields?: ServiceRules['unlimitedFields'];
}

/** What `nexconn probe` has found out about an account; it holds no secret and no token. */
export interface ServiceProfile {
  readonly version: 1;
  /** When it was begun, as in `2026-01-31T12:00:00.000Z`. */
  readonly madeAt: string;
  /** The origin of the server that was asked. */
  readonly server: string;
  /** The last four characters of the App Key. */
  readonly appKeyEnd: string;
  readonly answers: ProfileAnswers;
}

/** The options of `createNexconnClient` that a profile decides. */
export interface ProfileClientOptions {
  readonly userIdPattern?: RegExp;
  readonly rateLimit?: { readonly perSecond: number };
}

const { checkChoice, checkNames, checkNumber, checkText } = optionChecks;

const profileNames: Readonly<Record<string, unknown>> = {
  ...{ version: 0, madeAt: 0, server: 0, appKeyEnd: 0, answers: 0 },
  // Of whoever asked, and not read here.
  ...{ notKnown: 0, evidence: 0, users: 0 },
};

const answerNames: OptionNames<ProfileAnswers> = {
  ...{ clockToleranceMs: 0, nonceReplay: 0, rateLimit: 0, userIdCharacters: 0, upperCaseSignature: 0, rateWindow: 0 },
  ...{ rateWindowSeconds: 0, retryAfter: 0, errorStatuses: 0, errorMessageField: 0, emptyAvatarUrl: 0 },
  ...{ nameLengthUnit: 0, unlimitedFields: 0, keepAliveTimeoutMs: 0 },
};

/** Further than any clock is off, in place of no limit at all. */
const noLimitMs = 1e12;

/** Returns a profile of what its JSON holds, once each field is checked. @throws {MockError} `INVALID_OPTION` */
export function readProfile(value: unknown): ServiceProfile {
  const profile = Object(value) as ServiceProfile;
  if (profile !== value) refuseOption('profile', 'is no object. Pass what nexconn probe has written, parsed.');
  checkNames(profile, profileNames, 'profile.');
  const { version, madeAt, server, appKeyEnd, answers } = profile;
  if (version !== 1) {
    refuseOption(
      'profile.version',
      `is ${typeof version === 'number' ? version : 'missing'}. This mock reads version 1.`,
    );
  }
  for (const [name, text] of Object.entries({ madeAt, server, appKeyEnd })) checkText(`profile.${name}`, text);
  checkAnswers(answers);
  return { version, madeAt, server, appKeyEnd, answers };
}

function checkAnswers(answers: ProfileAnswers): void {
  checkNames(answers, answerNames, 'profile.answers.');
  const { clockToleranceMs, nonceReplay, rateLimit, userIdCharacters } = answers;
  if (clockToleranceMs !== undefined) {
    checkNames(clockToleranceMs, { behind: null, ahead: null }, 'profile.answers.clockToleranceMs.');
    for (const side of ['behind', 'ahead'] as const) {
      const limit = { unit: 'milliseconds', min: 0, max: noLimitMs };
      const distance = clockToleranceMs[side];
      if (distance !== null) checkNumber(`profile.answers.clockToleranceMs.${side}`, distance, limit);
    }
  }
  if (nonceReplay !== undefined) {
    checkChoice('profile.answers.nonceReplay', nonceReplay, ['refuse', 'allow', 'refuse-identical']);
  }
  if (rateLimit !== undefined) {
    checkNumber('profile.answers.rateLimit', rateLimit, { unit: 'requests', min: 1, max: 1e6, isWhole: true });
  }
  if (
    userIdCharacters !== undefined &&
    (typeof userIdCharacters !== 'string' || !/^[!-~]{0,33}$/.test(userIdCharacters))
  ) {
    refuseOption('profile.answers.userIdCharacters', 'is no text of visible ASCII. Pass characters such as "_-".');
  }
  try {
    resolveRules(rulesOf(answers));
  } catch (error) {
    if (!(error instanceof MockError)) throw error;
    throw new MockError(error.message.replace('rules.', 'profile.answers.'), { code: 'INVALID_OPTION', cause: error });
  }
}

function rulesOf(answers: ProfileAnswers): ServiceRules {
  const { clockToleranceMs, nonceReplay: _, rateLimit: __, userIdCharacters: ___, ...rules } = answers;
  if (clockToleranceMs === undefined) return rules;
  return { ...rules, clockToleranceAheadMs: clockToleranceMs.ahead ?? noLimitMs };
}

/**
 * Returns the options of a mock that answers as the account of a profile does.
 *
 * @example
 * await using mock = await startMock({ port: 0, ...mockOptionsOf(readProfile(JSON.parse(text))) });
 */
export function mockOptionsOf({
  answers,
}: Pick<ServiceProfile, 'answers'>): Pick<
  MockOptions,
  'clockToleranceMs' | 'nonceReplay' | 'rateLimit' | 'userIdPattern' | 'rules'
> {
  const { clockToleranceMs, nonceReplay, rateLimit } = answers;
  return {
    ...(clockToleranceMs !== undefined && { clockToleranceMs: clockToleranceMs.behind ?? noLimitMs }),
    ...(nonceReplay !== undefined && { nonceReplay }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...patternOf(answers),
    rules: rulesOf(answers),
  };
}

/**
 * Returns the options of a client that keeps to what the account of a profile does: which user IDs it takes, and how many
 * requests a second, one at the least.
 *
 * @example
 * const nexconn = createNexconnClient({ ...clientOptionsOf(readProfile(JSON.parse(text))) });
 */
export function clientOptionsOf({ answers }: Pick<ServiceProfile, 'answers'>): ProfileClientOptions {
  const { rateLimit, rateWindowSeconds = 1 } = answers;
  const perSecond = rateLimit === undefined ? undefined : Math.max(1, Math.floor(rateLimit / rateWindowSeconds));
  return { ...patternOf(answers), ...(perSecond !== undefined && { rateLimit: { perSecond } }) };
}

function patternOf({ userIdCharacters }: ProfileAnswers): { userIdPattern?: RegExp } {
  if (userIdCharacters === undefined) return {};
  const others = userIdCharacters.replace(/[\\\]^-]/g, '\\$&');
  return { userIdPattern: new RegExp(`^[A-Za-z0-9${others}]+$`) };
}
