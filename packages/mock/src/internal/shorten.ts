/** Makes a text that came from outside fit for a message or a log line: one line, not endless. */
export function shorten(text: string, limit = 200): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
