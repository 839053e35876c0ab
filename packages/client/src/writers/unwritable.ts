import type { ValidationIssue } from '@nexconn-kit/contract';

/** What a `toJSON` throws that says in words why its object is not written. */
export class Unwritable extends Error {}

/** Dates and others that say how they are written as JSON are texts. */
export function plain(value: unknown): unknown {
  const toJSON: unknown = Reflect.get(Object(value), 'toJSON');
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}

/**
 * Returns what `write` returns of a field; nothing, and an issue more, where that fails since JSON has no words for a member.
 *
 * @throws whatever else `write` throws, such as the error of a getter
 */
export function writeField<Written>(
  field: string,
  value: unknown,
  issues: ValidationIssue[],
  write: () => readonly Written[],
): readonly Written[] {
  try {
    return write();
  } catch (error) {
    const issue = findUnwritable(field, value);
    if (issue === undefined) throw error;
    issues.push(issue);
    return [];
  }
}

/** Returns what is wrong with a body that could not be written as JSON. */
export function unwritableIssues(body: unknown): ValidationIssue[] {
  let issue: ValidationIssue | undefined;
  try {
    issue = findUnwritable('', body);
  } catch {
    // A getter or a `toJSON` of it fails.
  }
  return [issue ?? issueOf('', 'cannot be written as JSON. Pass plain values.')];
}

function issueOf(field: string, problem: string): ValidationIssue {
  return { field, keyword: 'type', message: `${field || 'The request body'} ${problem}` };
}

/** Returns what is wrong with the first member, at any depth, that JSON has no words for. */
function findUnwritable(field: string, given: unknown, around: readonly unknown[] = []): ValidationIssue | undefined {
  let value: unknown;
  try {
    value = plain(given);
  } catch (error) {
    if (error instanceof Unwritable) return issueOf(field, error.message);
    throw error;
  }
  if (around.includes(value)) return issueOf(field, 'refers to what it stands in. Leave it out, or pass its ID.');
  if (typeof value === 'bigint') return issueOf(field, 'is a BigInt, which JSON cannot hold. Pass a number or a text.');
  if (typeof value !== 'object' || value === null || value instanceof Blob || ArrayBuffer.isView(value))
    return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = findUnwritable(field === '' ? name : `${field}.${name}`, member, [...around, value]);
    if (found !== undefined) return found;
  }
  return undefined;
}
