import { expect, test } from 'vitest';
import { createProgress } from './progress.js';
import { table } from './table.js';
import { printable, readTerminal } from './terminal.js';
import { truncate, widthOf, wrap } from './text.js';

const write = (): void => {};

test.each([
  ['a terminal', { isTTY: true }, {}, true],
  ['a pipe', {}, {}, false],
  ['a terminal with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true],
  ['a terminal that understands nothing', { isTTY: true }, { TERM: 'dumb' }, false],
  ['a pipe with FORCE_COLOR', {}, { FORCE_COLOR: '1' }, true],
  ['a terminal with FORCE_COLOR=0', { isTTY: true }, { FORCE_COLOR: '0' }, false],
  ['a pipe with both', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
] as const)('%s has colours where they are wanted', (_, output, env, isColoured) => {
  const { style } = readTerminal({ write, ...output }, env);
  expect(style.good('done')).toBe(isColoured ? '\x1B[32mdone\x1B[39m' : 'done');
});

test.each([
  [{ isTTY: true, columns: 132 }, {}, { isTerminal: true, columns: 132 }],
  [{ isTTY: true, columns: 0 }, {}, { isTerminal: true, columns: 80 }],
  [{ columns: 132 }, {}, { isTerminal: false, columns: 80 }],
  [{ isTTY: true, columns: 40 }, { TERM: 'dumb' }, { isTerminal: false, columns: 40 }],
] as const)('an output of %j with %j is %j', (output, env, expected) => {
  expect(readTerminal({ write, ...output }, env)).toMatchObject(expected);
});

test('what would steer a terminal is written out', () => {
  expect(printable('a\x1B[2J\r\n\x9B0\u202E🙂')).toBe('a\\x1b[2J\\x0d\\x0a\\x9b0\\u202e🙂');
});

test.each([
  ['plain', 5],
  ['\x1B[32mgood\x1B[39m', 4],
  ['漢字', 4],
  ['🙂', 2],
  ['👩‍👩‍👧', 2],
  ['e\u0301', 1],
])('%j takes the columns that a terminal gives it', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('what is too long ends in an ellipsis, never within a character', () => {
  expect(truncate('short', 5)).toBe('short');
  expect(truncate('longer', 5)).toBe('long…');
  expect(truncate('漢字漢字', 6)).toBe('漢字…');
});

test('a text is wrapped between words, and a word stays whole', () => {
  expect(wrap('one two three\nfour', 8)).toEqual(['one two', 'three', 'four']);
  expect(wrap('see https://example.org/a/long/path now', 10)).toEqual([
    'see',
    'https://example.org/a/long/path',
    'now',
  ]);
});

const rows = [
  ['✓', 'App Key', 'has the shape of one'],
  ['✗', 'Clock', 'is 7 minutes behind that of the server, and signatures are refused for it'],
];

test('the last column of a table is wrapped to the width', () => {
  const lines = table(rows, { columns: 44 });
  expect(lines).toEqual([
    '✓  App Key  has the shape of one',
    '✗  Clock    is 7 minutes behind that of the',
    '            server, and signatures are',
    '            refused for it',
  ]);
});

test('where too little is left for it, it stands below', () => {
  expect(table(rows, { columns: 24 })).toEqual([
    '✓  App Key',
    '  has the shape of one',
    '✗  Clock',
    '  is 7 minutes behind',
    '  that of the server,',
    '  and signatures are',
    '  refused for it',
  ]);
});

test('numbers stand at the right, and colours take no room', () => {
  const counts = [
    ['issued', '\x1B[1m9\x1B[22m'],
    ['refused', '120'],
  ];
  expect(table(counts, { columns: 80, right: [1] })).toEqual(['issued     \x1B[1m9\x1B[22m', 'refused  120']);
  expect(table([], { columns: 80 })).toEqual([]);
});

function captureProgress(isTerminal: boolean) {
  const written: string[] = [];
  let now = 0;
  const terminal = { isTerminal, columns: 20 };
  const progress = createProgress({ write: (text) => written.push(text) }, { terminal, monotonicNow: () => now });
  return { ...progress, written, at: (time: number) => (now = time) };
}

test('on a terminal one line is drawn anew, at most ten times a second, and taken away', () => {
  const { show, note, clear, at, written } = captureProgress(true);
  show('1 of 9');
  show('2 of 9');
  at(100);
  show('3 of 9, and much that does not fit');
  note('Row 3 was refused.');
  clear();
  clear();
  expect(written).toEqual([
    '\r\x1B[2K1 of 9',
    '\r\x1B[2K3 of 9, and much t…',
    '\r\x1B[2KRow 3 was refused.\n3 of 9, and much t…',
    '\r\x1B[2K',
  ]);
});

test('elsewhere it is a plain line from time to time', () => {
  const { show, note, clear, at, written } = captureProgress(false);
  show('1 of 9');
  note('Row 3 was refused.');
  at(10_000);
  show('3 of 9, and much that is left whole');
  clear();
  expect(written).toEqual(['Row 3 was refused.\n', '3 of 9, and much that is left whole\n']);
});
