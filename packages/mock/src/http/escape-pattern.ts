/** Returns the source of a regular expression for nothing but a text. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
}
