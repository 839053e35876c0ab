import { requestValidators } from '@nexconn-kit/contract/request-validators';
import type { Row } from './rows.js';
import { createSeenIds } from './seen-ids.js';

const validate = requestValidators.issueAccessToken;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\0-\x1f\x7f]/;

/** Creates the function that returns why a row cannot be issued for, as a sentence; undefined where it can. */
export function createRowCheck(userIdPattern: RegExp | undefined): (row: Row) => string | undefined {
  const seen = createSeenIds();
  return function check({ line, user, userId, fault }) {
    if (!user) return fault;
    const issues = validate(user);
    const own = userIdPattern
      ? issues.filter(({ field, keyword }) => field !== 'userId' || keyword !== 'pattern')
      : issues;
    if (own.length > 0) return own.map(({ message }) => message).join(' ');
    if (userIdPattern && !userIdPattern.test(userId))
      return `userId does not match --user-id-pattern ${userIdPattern}.`;
    // Written to a file of lines, it would be two.
    if (userIdPattern && control.test(user.userId)) return 'userId has a control character.';
    const earlier = seen.add(userId, line);
    return earlier === undefined ? undefined : `userId stands in line ${earlier} already.`;
  };
}
