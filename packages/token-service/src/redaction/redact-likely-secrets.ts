/**
 * A line of a stack that names a place in the code, such as `    at load (file:///app/load.js:1:2)`. A message of several
 * lines may have ones that begin like it, with an address and its password.
 */
const place = /^ +at (async |new )*([^\s()]+ (\[as \S+\] )?\()?[^\s?]+:\d+:\d+\)?$/;

/**
 * The user information of a URL; a password that nobody has encoded may hold `/` and `@`, and look like a port and a path. It is
 * one where the first `@` stands behind a slash, as in `/@scope`.
 */
const userInfo = /\/\/([^\s/@:]*:(?!\d+\/([^\s@]{0,99}\/)?@)[^\s?#]{0,999}|[^\s/@]+)@/g;

/**
 * Returns a text of somebody else without the words that could be a secret: those with letters and digits, long ones, JWTs, and
 * the user information of URLs.
 *
 * It is for texts whose secrets are not known by value, such as the error of an app's own function. The lines of a stack
 * that name places in the code stay, but for the user information. The same file stands in each package that passes on such
 * texts; a test compares them.
 */
export function redactLikelySecrets(text: string): string {
  const redactWord = (word: string): string =>
    /^eyJ/.test(word) || word.length >= 24 || (/\d/.test(word) && /[a-z]/i.test(word)) ? '[redacted]' : word;
  const redactLine = (line: string): string =>
    place.test(line) ? line : line.replace(/\beyJ[\w.-]+|[\w+/=-]{6,}/g, redactWord);
  return text.replace(userInfo, '//[redacted]@').split('\n').map(redactLine).join('\n');
}
