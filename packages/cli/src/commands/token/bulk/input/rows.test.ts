import { expect, test } from 'vitest';
import { createRowCheck } from './check-rows.js';
import { maxRecordBytes } from './lines.js';
import { type Format, type Row, readRows } from './rows.js';

async function rowsOf(text: string | Buffer, format: Format = 'csv', chunkBytes = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
  }
  const others: string[] = [];
  const rows: Row[] = [];
  const listener = { onOtherColumns: (names: readonly string[]) => void others.push(...names) };
  for await (const batch of readRows(chunks(), format, listener)) rows.push(...batch);
  return { rows, others };
}

const usersOf = async (text: string | Buffer, format?: Format) =>
  (await rowsOf(text, format)).rows.map(({ line, user, fault }) => ({ line, ...(user ?? { fault }) }));

const header = 'userId,name,avatarUrl\n';

test('the columns stand in any order, and others are told and left out', async () => {
  const { rows, others } = await rowsOf('e-mail,name,userId\nx@y,Ada,ada\n');
  expect(rows.map(({ user }) => user)).toEqual([{ userId: 'ada', name: 'Ada' }]);
  expect(others).toEqual(['e-mail']);
});

test('a byte order mark, CRLF, blank lines, quotes, and lines within them are read as RFC 4180 says', async () => {
  const text =
    '\ufeffuserId,name\r\nada,"Ada, ""the"" first"\r\n\r\ngrace,"Grace\r\nHopper"\r\nlinus,"Li\nnus"\n"nina",Nina';
  expect(await usersOf(text)).toEqual([
    { line: 2, userId: 'ada', name: 'Ada, "the" first' },
    { line: 4, userId: 'grace', name: 'Grace\r\nHopper' },
    { line: 6, userId: 'linus', name: 'Li\nnus' },
    { line: 8, userId: 'nina', name: 'Nina' },
  ]);
});

test('an empty avatar is none, and an empty name is one', async () => {
  expect(await usersOf(`${header}ada,,\ngrace,"",""\nlinus,L,https://a\n`)).toEqual([
    { line: 2, userId: 'ada', name: '' },
    { line: 3, userId: 'grace', name: '' },
    { line: 4, userId: 'linus', name: 'L', avatarUrl: 'https://a' },
  ]);
});

test.each([
  ['ada,"Ada', 'opens a quote that is not closed within 65,536 bytes or the file'],
  ['ada,A"d"a', 'has a quote in a field that does not begin with one'],
  ['ada,"Ada"x', 'has a character behind the quote that closes a field'],
  ['ada,Ada,https://a,more', 'has 4 fields; the header has 3'],
  ['ada,Ada', 'has 2 fields; the header has 3'],
])('the line %j is wrong by itself: it %s, and the next one is read', async (line, fault) => {
  const rows = await usersOf(`${header}grace,G,\n${line}\nlinus,L,\n`);
  expect(rows).toEqual([
    { line: 2, userId: 'grace', name: 'G' },
    { line: 3, fault: `The line ${fault}.` },
    { line: 4, userId: 'linus', name: 'L' },
  ]);
});

test('broken UTF-8 and a line of a megabyte cost one row each', async () => {
  const text = Buffer.concat([
    Buffer.from(`${header}ada,A`),
    Buffer.from([0xff, 0x0a]),
    Buffer.from(`${'x'.repeat(1_048_576)}\nlinus,L,\n`),
  ]);
  expect(await usersOf(text)).toEqual([
    { line: 2, fault: 'The line is not UTF-8.' },
    { line: 3, fault: 'The line is 1,048,576 bytes long; at most 65,536 are allowed.' },
    { line: 4, userId: 'linus', name: 'L' },
  ]);
});

test('a quote that never closes costs one row, however long the file is', async () => {
  const rest = Array.from({ length: 10_000 }, (_, index) => `u${index},Name ${index},`);
  const rows = await usersOf(`${header}ada,"Ada,\n${rest.join('\n')}`);
  expect(rows.length).toBe(10_001);
  expect(rows.filter((row) => 'fault' in row).map(({ line }) => line)).toEqual([2]);
});

test('a quote that takes all that is behind it ends the reading, and what is before it is read', async () => {
  async function* chunks() {
    yield Buffer.from(`${header}grace,G,\nada,"Ada,\n`);
    for (let more = 0; more < 20; more += 1) yield Buffer.from('some text\n'.repeat(10_000));
  }
  const lines: number[] = [];
  const read = async (): Promise<void> => {
    for await (const rows of readRows(chunks(), 'csv', { onOtherColumns() {} })) {
      lines.push(...rows.map(({ line }) => line));
    }
  };
  await expect(read()).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message:
      'Line 3 opens a quote that is not closed within 65,536 bytes or the file, and none of the 1,000 lines behind it is a row. ' +
      'Close the quote, and look at all rows by --dry-run.',
  });
  expect(lines).toEqual([2]);
});

test('some lines without a row behind a quote that is not closed are told one by one', async () => {
  const rows = await usersOf(`${header}ada,"Ada,\n${'text\n'.repeat(999)}linus,L,\ntext\n`);
  expect(rows.filter((row) => 'fault' in row).length).toBe(1_001);
  expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: 1_002 }, (_, index) => index + 2));
});

test('what is read does not depend on where the chunks are cut', async () => {
  const text = '\ufeffuserId,name\r\nada,"Ä ""x""\r\ny, z"\nb"d,x\ngrace,"Grace"\r\n\r\nlinus,"never\nnina,Ñ';
  const whole = await rowsOf(text);
  for (let bytes = 3; bytes < 40; bytes += 1) expect(await rowsOf(text, 'csv', bytes)).toEqual(whole);
  const ends = whole.rows.map(({ endsAt }) => endsAt);
  expect(ends.at(-1)).toBe(Buffer.byteLength(text));
});

test('JSON lines have the same users, and what is none is told', async () => {
  const text = [
    '{"userId":"ada","name":"Ada","avatarUrl":"","age":36}',
    '',
    '{"userId":"grace","name":"G","avatarUrl":null}',
    'no JSON',
    '[]',
    'null',
    '{"name":7}',
  ].join('\r\n');
  expect(await usersOf(text, 'ndjson')).toEqual([
    { line: 1, userId: 'ada', name: 'Ada' },
    { line: 3, userId: 'grace', name: 'G' },
    { line: 4, fault: 'The line is no JSON.' },
    { line: 5, fault: 'The line is no JSON object.' },
    { line: 6, fault: 'The line is no JSON object.' },
    { line: 7, name: 7 },
  ]);
});

test.each([
  ['userId;name\n', 'has ; or tabs between its columns'],
  ['userId\tname\n', '"userId\\x09name" has ; or tabs between its columns'],
  ['userId,name\rada,Ada\r', 'has a CR in it'],
  ['name\n', 'has no column userId'],
  ['id,full\n', 'has no column userId and name'],
  ['user_id,name\n', 'has a column "user_id", where userId is meant'],
  ['userId,name,avatarURL\n', 'where avatarUrl is meant'],
  ['userId,name,name\n', 'has two columns name'],
  [`${'x'.repeat(maxRecordBytes + 1)}\n`, 'line 1, is 65,537 bytes long'],
])('a header that is wrong ends it at once: %j', async (text, message) => {
  const error = await rowsOf(text).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) });
  expect(error.message.length).toBeLessThan(500);
});

async function checked(text: string, pattern?: RegExp) {
  const check = createRowCheck(pattern);
  const { rows } = await rowsOf(header + text);
  return rows.map((row) => check(row));
}

test('a row is checked by the rules of the request, and each user stands in it once', async () => {
  expect(await checked(`ada,Ada,\nu s,B,\n,C,\n${'x'.repeat(65)},D,\ne,${'n'.repeat(65)},\nada,Ada,\n`)).toEqual([
    undefined,
    'userId has a character outside [A-Za-z0-9]; only those are allowed.',
    expect.stringContaining('userId is 0 characters long'),
    expect.stringContaining('userId is 65 characters long'),
    expect.stringContaining('name is 65 characters long'),
    'userId stands in line 2 already.',
  ]);
});

test('--user-id-pattern takes the place of letters and digits', async () => {
  expect(await checked('u_1,A,\nu 1,B,\n', /^\w+$/u)).toEqual([
    undefined,
    'userId does not match --user-id-pattern /^\\w+$/u.',
  ]);
  expect(await checked('"a\nb",A,\n', /^[\s\S]*$/u)).toEqual(['userId has a control character.']);
});
