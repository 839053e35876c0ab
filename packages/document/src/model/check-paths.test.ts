import { expect, it } from 'vitest';
import { checkPaths } from './check-paths.js';

function problemsOf(...paths: string[]): { played: string[]; not: string[] } {
  const told = { played: [] as string[], not: [] as string[] };
  checkPaths(paths, {
    report: (_, message) => told.not.push(message),
    reportCall: (_, message) => told.played.push(message),
  });
  return told;
}

it.each([
  ['first', /does not begin with \//],
  ['/a?b=1', /has a query/],
  ['/a/{b', /has a brace/],
])('says of %s that no request is for it', (path, words) => {
  expect(problemsOf(path)).toEqual({ played: [], not: [expect.stringMatching(words)] });
});

it.each([
  [['/{a}/{a}'], /has a parameter twice/],
  [['/{a}{b}'], /two parameters with nothing between/],
  [['/p/{a}', '/p/{b}'], /\/p\/\{b\} is the same path as \/p\/\{a\}/],
])('says of %j that no method can be made of it, though it is played', (paths, words) => {
  expect(problemsOf(...paths)).toEqual({ played: [expect.stringMatching(words)], not: [] });
});

it('says nothing of an extension, nor of paths that differ', () => {
  expect(problemsOf('x-paths', '/', '/a/{b}', '/a/{b}/c', '/a/b')).toEqual({ played: [], not: [] });
});
