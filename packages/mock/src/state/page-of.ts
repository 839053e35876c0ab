import { checkSetting } from './check-setting.js';
import type { PageOptions } from './types.js';

/** The largest page, so that one call cannot make a list of a million. */
const maxLimit = 1000;

/**
 * Gives the rows of a page out of `size` rows: those after `last`, the row that `after` names.
 *
 * @throws {MockError} INVALID_OPTION
 */
export function pageOf(
  size: number,
  last: number | undefined,
  { after, limit = 100 }: PageOptions,
): { readonly rows: readonly number[]; readonly more: boolean } {
  checkSetting('limit', Number.isInteger(limit) && limit >= 1 && limit <= maxLimit, `from 1 to ${maxLimit}`);
  checkSetting('after', after === undefined || last !== undefined, 'the next of the page before');
  const start = last === undefined ? 0 : last + 1;
  const end = Math.min(size, start + limit);
  return { rows: Array.from({ length: Math.max(0, end - start) }, (_unused, at) => start + at), more: end < size };
}
