import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openInput } from './input.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-input-'));
  path = join(folder, 'users.csv');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function readAll(chunks: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.toString();
  return text;
}

test('a file is read once, and known by its size and its head', async () => {
  const text = 'user,\n'.repeat(40_000);
  writeFileSync(path, text);
  await using input = await openInput(path, 'csv');
  expect(input.identity.size).toBe(text.length);
  expect(await readAll(input.chunks)).toBe(text);
  await using again = await openInput(path, 'csv');
  expect(again.identity).toEqual(input.identity);
});

test.each([
  ['grows', () => appendFileSync(path, 'x')],
  ['shrinks', () => truncateSync(path, 3)],
])('an input that %s while it is read is told, and its last line is not taken', async (_, change) => {
  writeFileSync(path, 'userId,name\nada,A');
  await using input = await openInput(path, 'csv');
  change();
  await expect(readAll(input.chunks)).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining('was changed while it was read'),
  });
});

test('a pipe has no size, and is read to its end', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const writing = open(pipe, 'w').then(async (file) => {
    await file.writeFile('userId,name\nada,A\n');
    await file.close();
  });
  await using input = await openInput(pipe, 'csv');
  expect(input.identity.size).toBeUndefined();
  expect(await readAll(input.chunks)).toBe('userId,name\nada,A\n');
  await writing;
});

test.runIf(process.platform === 'linux')('a device is refused', async () => {
  const failure = openInput('/dev/zero', 'csv');
  await expect(failure).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('is a device') });
});

test('ten gigabytes are not read into memory', async () => {
  writeFileSync(path, 'userId,name\n');
  truncateSync(path, 10 * 1024 ** 3);
  await using input = await openInput(path, 'csv');
  const before = process.memoryUsage().arrayBuffers;
  let bytes = 0;
  for await (const chunk of input.chunks) {
    bytes += chunk.length;
    if (bytes > 200 * 1024 ** 2) break;
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 ** 2);
});

test('a folder and a file that is not there are told', async () => {
  await expect(openInput(folder, 'csv')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('folder'),
  });
  await expect(openInput(path, 'csv')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('ENOENT'),
  });
});

test.each([
  ['csv', '[\n  {"userId":"ada","name":"Ada"}\n]', 'begins as JSON, and is read as CSV'],
  ['csv', '\ufeff{"userId":"ada","name":"Ada"}\n', '--format ndjson'],
  ['ndjson', '[\n{"userId":"ada","name":"Ada"},\n{"userId":"grace","name":"G"}\n]\n', 'as a JSON array'],
  ['ndjson', `[${'{"userId":"ada","name":"Ada"},'.repeat(10_000)}{}]`, "jq -c '.[]'"],
  ['ndjson', '\r\n{\r\n  "userId": "ada"\r\n}', 'a JSON object over several lines'],
  ['ndjson', '{"users":[\n{"userId":"ada","name":"Ada"}\n]}', 'a JSON object over several lines'],
  ['ndjson', '\ufeffuserId,name\nada,Ada\n', '--format csv'],
  ['ndjson', '"userId";"name"\r\nada;Ada\r\n', '--format csv'],
] as const)('what is no %s at all is refused before a row of it is read (%#)', async (format, text, message) => {
  writeFileSync(path, text);
  const error = await openInput(path, format).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) });
  expect(error.message.length).toBeLessThan(200);
});

test.each([
  ['csv', '"userId","name"\nada,Ada\n'],
  ['csv', 'userId;name\nada;Ada\n'],
  ['ndjson', '{"userId":"ada","name":"Ada"}'],
  ['ndjson', '{"userId":"ada","name":\n{"userId":"grace","name":"G"}\n'],
  ['ndjson', 'no JSON\n{"userId":"grace","name":"G"}\n'],
] as const)('where the first line alone may be wrong, its rows are read: %s %j', async (format, text) => {
  writeFileSync(path, text);
  await using input = await openInput(path, format);
  expect(await readAll(input.chunks)).toBe(text);
});
