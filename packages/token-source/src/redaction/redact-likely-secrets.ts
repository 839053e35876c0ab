/**
 * Returns a text of somebody else without the words that could be a secret: those with letters and digits, long ones, JWTs, and
 * the user information of URLs.
 *
 * It is for texts whose secrets are not known by value, such as the error of an app's own function. The lines of a stack
 * that name places in the code stay as they are. The same file stands in each package that passes on such texts; a test
 * compares them.
 */
export function redactLikelySecrets(text: string): string {
  const redactWord = (word: string): string =>
    /^eyJ/.test(word) || word.length >= 24 || (/\d/.test(word) && /[a-z]/i.test(word)) ? '[redacted]' : word;
  const redactLine = (line: string): string =>
    /^ +at /.test(line)
      ? line
      : line.replace(/\/\/[^\s/@]+@/g, '//[redacted]@').replace(/\beyJ[\w.-]+|[\w+/=-]{6,}/g, redactWord);
  return text.split('\n').map(redactLine).join('\n');
}
