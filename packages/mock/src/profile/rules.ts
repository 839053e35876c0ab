import type { OptionNames } from '../check-options.js';
import { optionChecks, refuseOption } from '../errors.js';

/** How requests are counted against a rate limit. */
export type RateWindowKind = 'sliding' | 'fixed' | 'bucket';

/** How an answer says when to ask again: in seconds, as a date, or not at all. */
export type RetryAfterForm = 'seconds' | 'date' | 'none';

/** What the length of a name is counted in. */
export type NameLengthUnit = 'code-points' | 'utf-16' | 'bytes';

/** The fields of a request whose length the document limits. */
export type LimitedField = 'userId' | 'name' | 'avatarUrl';

/**
 * How the service behaves where nothing is published; `nexconn probe` finds it out for an account, and a profile has it. Each
 * has a default, which is what the mock guesses.
 */
export interface ServiceRules {
  /** How far a Timestamp may lie ahead of now, in milliseconds, where that is not as far as behind. Default: `clockToleranceMs`. */
  readonly clockToleranceAheadMs?: number | undefined;
  /** Whether a signature in upper-case hex is accepted. Default: `refuse`. */
  readonly upperCaseSignature?: 'refuse' | 'allow' | undefined;
  /** How requests are counted against a rate limit. Default: `sliding`. */
  readonly rateWindow?: RateWindowKind | undefined;
  /** How long that window is, in seconds. Default: what the document says. */
  readonly rateWindowSeconds?: number | undefined;
  /** How a refused request is told when to ask again. Default: `seconds`. */
  readonly retryAfter?: RetryAfterForm | undefined;
  /** The HTTP status of error codes, by code, such as `{ '1004': 200 }`. Default: those of the document. */
  readonly errorStatuses?: Readonly<Record<string, number>> | undefined;
  /** The field that error answers have their message in. Default: what the document says. */
  readonly errorMessageField?: string | undefined;
  /** What `avatarUrl: ""` is taken for. Default: `absent`. */
  readonly emptyAvatarUrl?: 'absent' | 'refuse' | undefined;
  /** What the length of a name is counted in. Default: `code-points`, as JSON Schema counts. */
  readonly nameLengthUnit?: NameLengthUnit | undefined;
  /** The fields that may be longer than documented. Default: none. */
  readonly unlimitedFields?: readonly LimitedField[] | undefined;
  /** How long an idle connection is kept, in milliseconds; 0 for no longer than its answer. Default: 5000. */
  readonly keepAliveTimeoutMs?: number | undefined;
}

/** The rules with every default in place; undefined stands for what another option or the document says. */
export type ResolvedRules = {
  readonly [Name in Exclude<keyof ServiceRules, UndefinedRule>]-?: NonNullable<ServiceRules[Name]>;
} & Pick<ServiceRules, UndefinedRule>;

type UndefinedRule = 'clockToleranceAheadMs' | 'rateWindowSeconds' | 'errorMessageField';

const { checkChoice, checkNames, checkNumber } = optionChecks;

const names: OptionNames<ServiceRules> = {
  ...{ clockToleranceAheadMs: 0, upperCaseSignature: 0, rateWindow: 0, rateWindowSeconds: 0, retryAfter: 0 },
  ...{ errorStatuses: 0, errorMessageField: 0, emptyAvatarUrl: 0, nameLengthUnit: 0, unlimitedFields: 0 },
  keepAliveTimeoutMs: 0,
};

/** The values of each rule that has a list of them. */
export const ruleChoices = {
  upperCaseSignature: ['refuse', 'allow'],
  rateWindow: ['sliding', 'fixed', 'bucket'],
  retryAfter: ['seconds', 'date', 'none'],
  emptyAvatarUrl: ['absent', 'refuse'],
  nameLengthUnit: ['code-points', 'utf-16', 'bytes'],
  unlimitedFields: ['userId', 'name', 'avatarUrl'],
} as const;

/** Returns the rules with their defaults. @throws {MockError} `INVALID_OPTION` */
export function resolveRules(given: ServiceRules = {}): ResolvedRules {
  checkNames(given, names, 'rules.');
  const { upperCaseSignature = 'refuse', rateWindow = 'sliding', retryAfter = 'seconds' } = given;
  const { emptyAvatarUrl = 'absent', nameLengthUnit = 'code-points', unlimitedFields = [] } = given;
  const { errorStatuses = {}, errorMessageField, keepAliveTimeoutMs = 5000 } = given;
  const choose = <Name extends keyof typeof ruleChoices>(name: Name, value: unknown) =>
    checkChoice<(typeof ruleChoices)[Name][number]>(`rules.${name}`, value, ruleChoices[name]);
  if (!Array.isArray(unlimitedFields)) refuseOption('rules.unlimitedFields', 'is no list. Pass names of fields.');
  if (errorMessageField !== undefined && !/^[A-Za-z]\w{0,31}$/.test(errorMessageField)) {
    refuseOption('rules.errorMessageField', 'is no name of a field. Pass up to 32 letters, digits and _.');
  }
  return {
    clockToleranceAheadMs: optional('clockToleranceAheadMs', given.clockToleranceAheadMs, 0, Number.POSITIVE_INFINITY),
    upperCaseSignature: choose('upperCaseSignature', upperCaseSignature),
    rateWindow: choose('rateWindow', rateWindow),
    rateWindowSeconds: optional('rateWindowSeconds', given.rateWindowSeconds, 0.001, 86_400),
    retryAfter: choose('retryAfter', retryAfter),
    errorStatuses: checkStatuses(errorStatuses),
    errorMessageField,
    emptyAvatarUrl: choose('emptyAvatarUrl', emptyAvatarUrl),
    nameLengthUnit: choose('nameLengthUnit', nameLengthUnit),
    unlimitedFields: unlimitedFields.map((field) => choose('unlimitedFields', field)),
    keepAliveTimeoutMs: checkNumber('rules.keepAliveTimeoutMs', keepAliveTimeoutMs, {
      unit: 'milliseconds',
      min: 0,
      max: 3_600_000,
      isWhole: true,
    }),
  };
}

function optional(name: keyof ServiceRules, value: unknown, min: number, max: number): number | undefined {
  return value === undefined ? undefined : checkNumber(`rules.${name}`, value, { unit: unitOf(name), min, max });
}

function unitOf(name: string): string {
  return name.endsWith('Seconds') ? 'seconds' : 'milliseconds';
}

function checkStatuses(statuses: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  if (typeof statuses !== 'object' || statuses === null) {
    refuseOption('rules.errorStatuses', 'is no object. Pass HTTP statuses by code.');
  }
  for (const [code, status] of Object.entries(statuses)) {
    if (!/^\d{1,6}$/.test(code)) refuseOption('rules.errorStatuses', 'has a name that is no code. Pass digits.');
    checkNumber(`rules.errorStatuses.${code}`, status, { unit: 'HTTP statuses', min: 200, max: 599, isWhole: true });
  }
  return statuses;
}

/** Returns the length of a text in a unit. */
export function lengthIn(unit: NameLengthUnit, text: string): number {
  if (unit === 'bytes') return Buffer.byteLength(text);
  return unit === 'utf-16' ? text.length : [...text].length;
}
