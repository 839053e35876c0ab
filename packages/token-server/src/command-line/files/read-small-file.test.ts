import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { readSmallFile } from './read-small-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexconn-small-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const limits = { maxBytes: 100_000 };

function makePipe(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

it.each([0, 1, 65_536, 65_537, 100_000])('a file of %i bytes is read whole', (size) => {
  const path = join(folder, 'file');
  writeFileSync(path, 'é'.repeat(size / 2).padEnd(size - Math.floor(size / 2), 'a'));
  expect(Buffer.byteLength(readSmallFile(path, limits))).toBe(size);
});

it('a file that is too large is not read', () => {
  const path = join(folder, 'large');
  writeFileSync(path, '');
  truncateSync(path, 1e12);
  expect(() => readSmallFile(path, limits)).toThrow('has 1000000000000 bytes, where 100000 are the most');
});

it.runIf(process.platform !== 'win32')('neither is a device without an end, nor a folder', () => {
  expect(() => readSmallFile('/dev/zero', limits)).toThrow('has more than 100000 bytes, where 100000 are the most');
  expect(() => readSmallFile(folder, limits)).toThrow('cannot be read (EISDIR)');
  expect(() => readSmallFile(join(folder, 'none'), limits)).toThrow('cannot be read (ENOENT)');
  expect(readSmallFile('/dev/null', limits)).toBe('');
});

it.runIf(process.platform !== 'win32')('a pipe that nobody writes to is not waited for without an end', () => {
  const path = makePipe('silent');
  expect(() => readSmallFile(path, { ...limits, waitMs: 0 })).toThrow(
    /^is a pipe that nobody has written to within 0 ms$/,
  );
});

it.runIf(process.platform !== 'win32')('a pipe is read to its end, whenever its writer comes', () => {
  const path = makePipe('slow');
  const writer = spawn('sh', ['-c', 'sleep 0.1; { printf first; sleep 0.1; printf second; } > "$0"', path]);
  onTestFinished(() => void writer.kill('SIGKILL'));
  expect(readSmallFile(path, { ...limits, waitMs: 120_000 })).toBe('firstsecond');
});
