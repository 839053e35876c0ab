import type { ValidationIssue } from '@nexconn-kit/contract';

/** Dates and others that say how they are written as JSON are texts. */
export function plain(value: unknown): unknown {
  const toJSON: unknown = Reflect.get(Object(value), 'toJSON');
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}

/** Returns what is wrong with a value that has itself as a member, which nothing that walks through it would get out of. */
export function circularIssues(field: string, value: unknown): ValidationIssue[] {
  const place = findMember(value, field, (member, around) => around.includes(member));
  return place === undefined ? [] : [issueOf(place, 'refers to what it stands in. Leave it out, or pass its ID.')];
}

/**
 * Returns what `write` returns of a field; nothing, and an issue more, where JSON would have to hold a BigInt.
 *
 * @throws whatever else `write` throws, such as the error of a getter
 */
export function writeField<Written>(
  field: string,
  value: unknown,
  issues: ValidationIssue[],
  write: () => Written[],
): Written[] {
  try {
    return write();
  } catch (error) {
    const found = bigIntIssues(field, value);
    if (found.length === 0) throw error;
    issues.push(...found);
    return [];
  }
}

/** Returns what is wrong with a body that could not be written as JSON. */
export function unwritableIssues(body: unknown): ValidationIssue[] {
  try {
    const circular = circularIssues('', body);
    const issues = circular.length > 0 ? circular : bigIntIssues('', body);
    if (issues.length > 0) return issues;
  } catch {
    // A getter or a `toJSON` of it fails.
  }
  return [issueOf('', 'cannot be written as JSON. Pass plain values.')];
}

function bigIntIssues(field: string, value: unknown): ValidationIssue[] {
  const place = findMember(value, field, (member) => typeof member === 'bigint');
  return place === undefined ? [] : [issueOf(place, 'is a BigInt, which JSON cannot hold. Pass a number or a text.')];
}

function issueOf(field: string, problem: string): ValidationIssue {
  return { field, keyword: 'type', message: `${field || 'The request body'} ${problem}` };
}

/** Returns where the first member is, at any depth, that is as described. */
export function findMember(
  given: unknown,
  place: string,
  isFound: (member: unknown, around: readonly unknown[]) => boolean,
  around: readonly unknown[] = [],
): string | undefined {
  const value = plain(given);
  if (isFound(value, around)) return place;
  if (typeof value !== 'object' || value === null || value instanceof Blob || ArrayBuffer.isView(value))
    return undefined;
  const within = [...around, value];
  for (const [name, member] of Object.entries(value)) {
    const found = findMember(member, place === '' ? name : `${place}.${name}`, isFound, within);
    if (found !== undefined) return found;
  }
  return undefined;
}
