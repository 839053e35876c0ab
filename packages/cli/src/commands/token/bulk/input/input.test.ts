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
  await using input = await openInput(path);
  expect(input.identity.size).toBe(text.length);
  expect(await readAll(input.chunks)).toBe(text);
  await using again = await openInput(path);
  expect(again.identity).toEqual(input.identity);
});

test.each([
  ['grows', () => appendFileSync(path, 'x')],
  ['shrinks', () => truncateSync(path, 3)],
])('an input that %s while it is read is told, and its last line is not taken', async (_, change) => {
  writeFileSync(path, 'userId,name\nada,A');
  await using input = await openInput(path);
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
  await using input = await openInput(pipe);
  expect(input.identity.size).toBeUndefined();
  expect(await readAll(input.chunks)).toBe('userId,name\nada,A\n');
  await writing;
});

test('ten gigabytes are not read into memory', async () => {
  writeFileSync(path, 'userId,name\n');
  truncateSync(path, 10 * 1024 ** 3);
  await using input = await openInput(path);
  const before = process.memoryUsage().arrayBuffers;
  let bytes = 0;
  for await (const chunk of input.chunks) {
    bytes += chunk.length;
    if (bytes > 200 * 1024 ** 2) break;
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 ** 2);
});

test('a folder and a file that is not there are told', async () => {
  await expect(openInput(folder)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('folder') });
  await expect(openInput(path)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('ENOENT') });
});
