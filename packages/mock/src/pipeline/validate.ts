import type { ValidationIssue } from '@nexconn-kit/contract';
import { asObject } from '../document/lookup.js';
import { ApiRefusal } from '../http/api-error.js';
import type { Api, Route, Settings } from '../http/types.js';

/** An issue as far as the answer needs it; Prism's can be told the same way. */
export type Issue = Pick<ValidationIssue, 'keyword' | 'message'>;

const sizeKeywords = new Set(['maxLength', 'x-max-bytes', 'maxItems', 'maxProperties']);

/** Makes the step that validates the body with the generated validators. */
export function createValidation(
  { validators }: Api,
  { userIdPattern }: Settings,
): (route: Route, body: unknown) => void {
  return function validate({ operation }, body) {
    if (!operation.body || body === undefined) return;
    const found = validators[operation.operationId]?.(body) ?? [];
    const issues = operation.body.fields.includes('userId') ? judgeUserId(found, body, userIdPattern) : found;
    if (issues.length > 0) throw refuseIssues(issues);
  };
}

/** Says all issues in one refusal: too long where that is all that is wrong, otherwise invalid. */
export function refuseIssues(issues: readonly Issue[]): ApiRefusal {
  const tooLong = issues.every(({ keyword }) => sizeKeywords.has(keyword));
  const message = issues.map((issue) => issue.message).join(' ');
  return new ApiRefusal(tooLong ? 'ParameterTooLong' : 'ParameterInvalid', message);
}

/** Puts the pattern of the options in the place of the document's. */
function judgeUserId(issues: readonly ValidationIssue[], body: unknown, pattern: RegExp | undefined): readonly Issue[] {
  const isPatternIssue = ({ field, keyword }: ValidationIssue) => field === 'userId' && keyword === 'pattern';
  if (!pattern) {
    const advice = 'To accept other user IDs, start the mock with userIdPattern.';
    return issues.map((issue) => (isPatternIssue(issue) ? { ...issue, message: `${issue.message} ${advice}` } : issue));
  }
  const others = issues.filter((issue) => !isPatternIssue(issue));
  const { userId } = asObject(body);
  if (typeof userId !== 'string' || pattern.test(userId)) return others;
  const message = `userId is not one that is accepted; the mock was started with userIdPattern ${pattern.source}.`;
  return [...others, { keyword: 'pattern', message }];
}
