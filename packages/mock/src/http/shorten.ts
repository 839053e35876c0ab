/** Makes a text that came from outside fit for a message or a log line: one line, not endless. */
export function shorten(text: string, limit = 200): string {
  // Most texts are plain ASCII, and need no look at the classes of Unicode.
  const line = /[^ -~]/.test(text) ? text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ') : text;
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
