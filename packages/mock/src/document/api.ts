import {
  type ApiDescription,
  document,
  type Envelope,
  type ErrorCatalogueEntry,
  envelope,
  errorCatalogue,
  type Operation,
  operationTable,
  requestValidators,
  type ValidationIssue,
} from '@nexconn-kit/contract';
import { refuseOption } from '../errors.js';
import { lengthIn, type ResolvedRules, resolveRules } from '../profile/rules.js';
import { asObject, createResolver, hasSignature, type JsonObject } from './lookup.js';

/** What the mock knows of the API that it plays; all of it comes out of the document. */
export interface Api {
  /** An OpenAPI document whose references are all local. */
  readonly document: JsonObject;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly validators: Readonly<Record<string, Validator>>;
  /** Those of queries that one parameter is all of; left out where there is none. */
  readonly queryValidators?: Readonly<Record<string, Validator>>;
  readonly errors: Readonly<Record<ApiErrorName, ErrorCatalogueEntry>>;
  /** Whether it is the document of the build, and none that was handed to the mock. */
  readonly isBuiltIn: boolean;
  /**
   * Whether the document has nothing of what makes an API like that of Nexconn: no envelope, error catalogue or signature. It
   * is played as Prism plays it, credentials and errors included.
   */
  readonly isPlain: boolean;
  /** Those of the document alone. */
  readonly catalogue: readonly ErrorCatalogueEntry[];
  readonly envelope: Envelope | null;
}

/** Returns what is wrong with the body of an operation's request. */
type Validator = (body: unknown) => readonly Issue[];

/** What is wrong with a value, as far as an answer says it. */
export type Issue = Pick<ValidationIssue, 'keyword' | 'message'> & Partial<Pick<ValidationIssue, 'field'>>;

/** The errors that the mock finds by itself; all others come out of the document. */
export type ApiErrorName =
  | 'AppUnavailable'
  | 'BodyMissing'
  | 'CallRestricted'
  | 'EndpointNotFound'
  | 'InternalError'
  | 'ParameterInvalid'
  | 'ParameterTooLong'
  | 'RateLimitExceeded'
  | 'SignatureInvalid'
  | 'UserLimitReached';

/** The Nexconn Server API, as the generator made it out of `spec/nexconn`. */
const nexconn = {
  document,
  operations: operationTable,
  validators: requestValidators,
  errors: errorCatalogue,
  envelope,
};

/**
 * Returns what the mock needs of a document, by default that of the Nexconn Server API, with `userIdPattern` in the place
 * of the patterns of its user IDs.
 *
 * Errors that the mock finds by itself, such as a signature that is wrong, are those of Nexconn where the document's own
 * catalogue does not name them, but for a plain API.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
export function toApi(
  description: ApiDescription = nexconn,
  userIdPattern?: RegExp,
  rules: ResolvedRules = resolveRules(),
): Api {
  const { document, operations, validators, envelope, queryValidators } = asObject(
    description,
  ) as Partial<ApiDescription>;
  const areObjects = [document, operations, validators, envelope].every((part) => typeof part === 'object');
  if (!areObjects || !document || !operations || !validators || envelope === undefined) {
    refuseOption('document', 'is no description of an API. Pass what loadDocument() of @nexconn-kit/document returns.');
  }
  // The document's own come first: they win where two have one code.
  const errors: Record<string, ErrorCatalogueEntry> = { ...description.errors };
  for (const [name, entry] of Object.entries(errorCatalogue)) errors[name] ??= entry;
  const catalogue = Object.values<ErrorCatalogueEntry>(description.errors ?? {});
  const advice = titleOf(document) === titleOf(nexconn.document) ? ` ${userIdAdvice}` : '';
  const playing = withUserIdPattern({ document, operations, validators }, userIdPattern, advice);
  const isBuiltIn = description === nexconn;
  const isPlain = !isBuiltIn && !hasSignature(document) && envelope === null && catalogue.length === 0;
  const rest = {
    isBuiltIn,
    isPlain,
    catalogue,
    errors: errors as Api['errors'],
    ...(queryValidators && { queryValidators }),
  };
  const api = { ...playing, operations, envelope, ...rest };
  return withRules(api, rules);
}

/**
 * Returns the document and its validators with this pattern in the place of theirs for user IDs. Without one the document
 * stays as it is, and its own refusal of a user ID says how to have others accepted.
 */
function withUserIdPattern(
  { document, operations, validators }: Pick<ApiDescription, 'document' | 'operations' | 'validators'>,
  pattern: RegExp | undefined,
  advice: string,
): Pick<Api, 'document' | 'validators'> {
  const judged = Object.values(operations).flatMap(({ operationId, body }) => {
    const validate = validators[operationId];
    return validate && body?.fields.includes('userId')
      ? [[operationId, judgeUserId(validate, pattern, advice)] as const]
      : [];
  });
  return {
    document: pattern ? replacePatterns(document, pattern) : document,
    validators: { ...validators, ...Object.fromEntries(judged) },
  };
}

/** Returns the API as it is for an account, where that is known. */
function withRules(api: Api, rules: ResolvedRules): Api {
  const { errorStatuses, errorMessageField, emptyAvatarUrl } = rules;
  const errors = Object.entries(api.errors).map(([name, entry]) => {
    const httpStatus = errorStatuses[entry.code] ?? entry.httpStatus;
    return [name, { ...entry, httpStatus }];
  });
  const judged = Object.entries(api.validators).map(([id, validate]) => [id, judgeByRules(validate, rules)]);
  return {
    ...api,
    errors: Object.fromEntries(errors),
    validators: Object.fromEntries(judged),
    operations: emptyAvatarUrl === 'refuse' ? keepEmptyAvatarUrls(api.operations) : api.operations,
    envelope: api.envelope && { ...api.envelope, message: errorMessageField ?? api.envelope.message },
  };
}

/** What is dropped as absent is not refused. */
function keepEmptyAvatarUrls(operations: Api['operations']): Api['operations'] {
  const kept = Object.entries(operations).map(([id, operation]) => {
    const { body } = operation;
    const emptyIsAbsent = body?.emptyIsAbsent.filter((name) => name !== 'avatarUrl') ?? [];
    return [id, body ? { ...operation, body: { ...body, emptyIsAbsent } } : operation];
  });
  return Object.fromEntries(kept);
}

/** The length of a name that the document allows. */
const nameMaxLength = 64;

function judgeByRules(validate: Validator, rules: ResolvedRules): Validator {
  const { emptyAvatarUrl, nameLengthUnit, unlimitedFields } = rules;
  const isChanged = emptyAvatarUrl === 'refuse' || nameLengthUnit !== 'code-points' || unlimitedFields.length > 0;
  if (!isChanged) return validate;
  const isUnlimited = ({ field, keyword }: Issue): boolean =>
    sizeRules.includes(keyword) && unlimitedFields.some((name) => name === field);
  return function validateByRules(body) {
    const issues = validate(body).filter((issue) => !isUnlimited(issue));
    const { name, avatarUrl } = asObject(body);
    const isLong = typeof name === 'string' && lengthIn(nameLengthUnit, name) > nameMaxLength;
    if (isLong && !unlimitedFields.includes('name') && !issues.some(({ field }) => field === 'name')) {
      const message = `name must be at most ${nameMaxLength} long, counted in ${nameLengthUnit}.`;
      issues.push({ field: 'name', keyword: 'maxLength', message });
    }
    if (emptyAvatarUrl === 'refuse' && avatarUrl === '') {
      issues.push({ field: 'avatarUrl', keyword: 'minLength', message: 'avatarUrl must not be empty.' });
    }
    return issues;
  };
}

const sizeRules = ['maxLength', 'x-max-bytes'];

/** What the refusal of a user ID ends with, in the API whose user IDs it is about. */
const userIdAdvice =
  'For others, such as UUIDs, make opaque IDs (opaqueUserId, NEXCONN_USER_ID_KEY) or set userIdPattern (--user-id-pattern): ' +
  'https://nexconn-kit.github.io/nexconn-kit/guides/user-ids.html';

function titleOf(document: object): unknown {
  return asObject(asObject(document).info).title;
}

/** The rules that it has ways out of. */
const userIdRules = ['pattern', 'maxLength', 'x-max-bytes'];

/** The validators are compiled with the document's pattern, so that their issue of it is replaced afterwards. */
function judgeUserId(
  validate: ApiDescription['validators'][string],
  pattern: RegExp | undefined,
  advice: string,
): Validator {
  return function validateUserId(body) {
    const issues = validate(body);
    if (!pattern) return issues.length === 0 ? issues : withAdvice(issues, advice);
    const others = withAdvice(
      issues.filter((issue) => !isPatternIssue(issue)),
      advice,
    );
    const { userId } = asObject(body);
    if (typeof userId !== 'string' || pattern.test(userId)) return others;
    const message = `userId is not one that is accepted; the mock was started with userIdPattern ${pattern.source}.${advice}`;
    return [...others, { field: 'userId', keyword: 'pattern', message }];
  };
}

function isPatternIssue({ field, keyword }: ValidationIssue): boolean {
  return field === 'userId' && keyword === 'pattern';
}

/** Returns the issues with the ways out behind the last one of a user ID that is too long or has other characters. */
function withAdvice(issues: readonly ValidationIssue[], advice: string): readonly ValidationIssue[] {
  const last = issues.findLast(({ field, keyword }) => field === 'userId' && userIdRules.includes(keyword));
  return issues.map((issue) => (issue === last ? { ...issue, message: `${issue.message}${advice}` } : issue));
}

function replacePatterns(document: JsonObject, pattern: RegExp): JsonObject {
  const copy = structuredClone(document);
  const resolve = createResolver(copy);

  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    for (const value of Object.values(node)) visit(value);
    const { properties, name, schema } = asObject(node);
    replace(asObject(properties).userId);
    if (name === 'userId') replace(schema);
  }

  function replace(node: unknown): void {
    const schema = resolve(node) as { pattern?: unknown };
    if (typeof schema.pattern === 'string') schema.pattern = pattern.source;
  }

  visit(copy);
  return copy;
}
