import { expect, it } from 'vitest';
import { redactLikelySecrets } from './redact-likely-secrets.js';

// The same file stands in other packages. It is tried here for all of them.
const letters = (count: number) => 'x'.repeat(count);

it.each([
  ['a word of letters and digits', 'key Zk3vq9 is wrong', 'key [redacted] is wrong'],
  ['each of several', 'Zk3vq9, 9qv3kZ', '[redacted], [redacted]'],
  ['one of capitals, or small letters', 'ABCDE1 abcde1 1abcde', '[redacted] [redacted] [redacted]'],
  ['a long word of letters alone', `key ${letters(24)}.`, 'key [redacted].'],
  ['a long word of digits alone', '012345678901234567890123', '[redacted]'],
  ['all characters of base64, of both kinds, to its end', 'ab+/=-_1', '[redacted]'],
  ['the user information of a URL', 'to postgres://app:a@db/x?a=b@c', 'to postgres://[redacted]@db/x?a=b@c'],
  ['that of each URL', '//a@b //:@d', '//[redacted]@b //[redacted]@d'],
  ['a JWT, whose parts may look like words', 'of eyJhbGciO.eyJzdWIi.xAbc-_d, no', 'of [redacted], no'],
  ['in each line', 'no\nZk3vq9\nno', 'no\n[redacted]\nno'],
  [
    'what only looks like a place in the code',
    'at Zk3vq9\n at_Zk3vq9\n! at Zk3vq9',
    'at [redacted]\n [redacted]\n! at [redacted]',
  ],
])('%s is taken out', (_what, text, redacted) => {
  expect(redactLikelySecrets(text)).toBe(redacted);
});

it.each([
  ['a short word with a digit', 'abc12 and a1'],
  ['a shorter word of letters alone', letters(23)],
  ['what begins as a JWT within a word', 'KeyJava heyJo.e'],
  ['a number', 'status 404, port 65535, 1735689600000'],
  ['signs alone', '------ ====== +/+/+/'],
  ['a URL without user information', 'https://db.example/a b@c'],
  ['the host of a URL, and a mail address', 'mailto:ada@example.org //example.org/@ada'],
  ['places in the code', 'Error\n    at f2abcd (file:///Zk3vq9.js:1:2)\n at async //a@b'],
])('%s stays', (_what, text) => {
  expect(redactLikelySecrets(text)).toBe(text);
});
