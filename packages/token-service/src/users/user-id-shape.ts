const known: readonly (readonly [shape: string, pattern: RegExp])[] = [
  ['a UUID', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i],
  ['an e-mail address', /^[^\s@]+@[^\s@]+$/],
  ['a provider and an ID, as auth0|…', /^[\w-]+\|/],
  ['a prefix and an ID, as user_…', /^[a-z]+_[a-z\d]+$/i],
];

/**
 * Returns what a user ID looks like, for who mends the set-up: one of the shapes that identity providers have, or its length
 * and its characters. Of the ID itself it holds ASCII punctuation alone.
 */
export function shapeOfUserId(userId: string): string {
  const found = known.find(([, pattern]) => pattern.test(userId));
  if (found) return found[0];
  const others = /[^ -~]/.test(userId) ? ['characters beyond ASCII'] : [];
  const space = userId.includes(' ') ? ['spaces'] : [];
  const punctuation = [...new Set(userId.replaceAll(/[a-z\d]|[^!-~]/gi, ''))].sort();
  const named = [...punctuation.map((each) => `"${each}"`), ...space, ...others];
  return `${[...userId].length} characters${named.length === 0 ? '' : `, with ${named.join(' ')}`}`;
}
