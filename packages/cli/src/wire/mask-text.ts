/** Shorter ones are parts of other words. */
const leastSecret = 4;

/**
 * Returns a text with a mask in the place of each secret. One of up to three characters is masked where it stands as a word of
 * its own, such as the value of a parameter: with each of its letters masked, no report could be read.
 */
export function maskText(text: string, secrets: readonly string[], mask = '[masked]'): string {
  const longestFirst = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return text;
  // At once: a secret that is a letter of the mask would be masked in it.
  const anyOf = longestFirst.map(patternOf).join('|');
  return text.replaceAll(new RegExp(anyOf, 'gu'), () => mask);
}

/** Returns the source of a regular expression for a secret. */
function patternOf(secret: string): string {
  const escaped = escapePattern(secret);
  return secret.length < leastSecret ? `(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])` : escaped;
}

/** Returns the source of a regular expression for nothing but a text. */
function escapePattern(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
}
