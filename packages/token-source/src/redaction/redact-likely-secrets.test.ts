import { expect, it } from 'vitest';
import { redactLikelySecrets } from './redact-likely-secrets.js';

// The same file stands in other packages. It is tried here for all of them.
const letters = (count: number) => 'x'.repeat(count);

const kindsOfPlaces = [
  '    at async Promise.all (index 0)',
  '    at Array.map (<anonymous>)',
  '    at new A1b2c3d (C:\\Programs\\a1b2c3.js:1:2)',
  '    at /srv/my-app/a1b2c3.js:10:20',
  '    at Function.executeUserEntryPoint [as run1Main] (node:internal/modules/a1b2c3:1:2)',
  '    at Object.a1b2c3 [as a1b2c3] (/srv/node_modules/@scope/a1b2c3/index.js:1:2)',
  '    at http://localhost:3000/node_modules/@scope/a1b2c3.js:1:2',
];

it.each([
  ['a word of letters and digits', 'key Zk3vq9 is wrong', 'key [redacted] is wrong'],
  ['each of several', 'Zk3vq9, 9qv3kZ', '[redacted], [redacted]'],
  ['one of capitals, or small letters', 'ABCDE1 abcde1 1abcde', '[redacted] [redacted] [redacted]'],
  ['a long word of letters alone', `key ${letters(24)}.`, 'key [redacted].'],
  ['a long word of digits alone', '012345678901234567890123', '[redacted]'],
  ['all characters of base64, of both kinds, to its end', 'ab+/=-_1', '[redacted]'],
  ['the user information of a URL', 'to postgres://app:a@db/x?a=b@c', 'to postgres://[redacted]@db/x?a=b@c'],
  ['that of each URL', '//a@b //:@d', '//[redacted]@b //[redacted]@d'],
  ['a password with a slash', 'postgres://app:p/ss@db:5432', 'postgres://[redacted]@db:5432'],
  ['one with an at sign', 'postgres://app:pass@word@db/x', 'postgres://[redacted]@db/x'],
  ['one with a question mark', 'http://app:pa?ss#x@db/x', 'http://[redacted]@db/x'],
  ['one that begins with digits', 'redis://:12abc/x@db', 'redis://[redacted]@db'],
  ['one that looks like a port and a path', 'redis://u:12/ab@host', 'redis://[redacted]@host'],
  ['each of two', 'http://u:1/a@h,http://h:80/@a', 'http://[redacted]@a'],
  ['a mail address behind a port, which may be one', 'http://h:80/a@b.example', 'http://[redacted]@b.example'],
  ['that of a URL in a stack', '    at f (http://a:b@host/x.js:1:2)', '    at f (http://[redacted]@host/x.js:1:2)'],
  ['a JWT, whose parts may look like words', 'of eyJhbGciO.eyJzdWIi.xAbc-_d, no', 'of [redacted], no'],
  ['in each line', 'no\nZk3vq9\nno', 'no\n[redacted]\nno'],
  [
    'what only looks like a place in the code',
    'at Zk3vq9\n at_Zk3vq9\n! at Zk3vq9',
    'at [redacted]\n [redacted]\n! at [redacted]',
  ],
  [
    'an address in a line that begins as one of a stack',
    '  at redis://default:s3cretPw99@10.0.0.1:6379 (ECONNREFUSED)\n    at redis://:s3cretPw99@db:6379:1\n    at host (s3cretPw99)',
    '  at redis://[redacted]@10.0.0.1:6379 (ECONNREFUSED)\n    at redis://[redacted]@db:6379:1\n    at host ([redacted])',
  ],
  [
    'what stands around a place in the code',
    '    at f with Zk3vq9 (/a.js:1:2)\n    at f (/a.js:1:2) Zk3vq9\n    at f (https://a/b?key=Zk3vq9:1:2)\n    at Zk3vq9',
    '    at f with [redacted] (/a.js:1:2)\n    at f (/a.js:1:2) [redacted]\n    at f (https://a/b?[redacted]:1:2)\n    at [redacted]',
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
  ['a port before a path with an at sign', 'http://localhost:3000/@ada //localhost:3000/@ada //h:1/a/@ada'],
  ['a port', 'redis://localhost:6379/0 http://db:80/x'],
  ['places in the code', 'Error\n    at f2abcd (file:///Zk3vq9.js:1:2)\n    at async file:///a1b2c3/@b/c.js:1:2'],
  ['places of all kinds', kindsOfPlaces.join('\n')],
])('%s stays', (_what, text) => {
  expect(redactLikelySecrets(text)).toBe(text);
});
