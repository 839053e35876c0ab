import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fileVersionOf } from '../read/file-version.js';
import { type FileWatch, watchFiles } from './watch-files.js';

vi.mock('../system-time.js', () => import('../../../../test/support/faked-time.js'));

const settleMs = 20;
let folder: string;
let path: string;
let watch: FileWatch | undefined;
let calls: number;

beforeEach(() => {
  calls = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  folder = mkdtempSync(join(tmpdir(), 'watch-test-'));
  path = join(folder, 'file');
  writeFileSync(path, '');
});
afterEach(() => {
  watch?.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

async function count(): Promise<void> {
  calls += 1;
}

/** Watches the file; polled as often as it may settle. */
function watchFile(onChange: () => Promise<void>): void {
  watch = watchFiles({ settleMs, pollMs: settleMs }, onChange);
  watch.setFiles(new Map([[path, fileVersionOf(path)]]));
}

/** Writes so many times, twice between two looks. A length of its own makes every version another. */
async function writeOften(times: number): Promise<void> {
  for (let length = 1; length <= times; length += 1) {
    writeFileSync(path, 'x'.repeat(length));
    await vi.advanceTimersByTimeAsync(settleMs / 2);
  }
}

it('calls back once for many writes in a row, after the last of them', async () => {
  watchFile(count);
  await writeOften(30);
  expect(calls).toBe(0);
  await vi.advanceTimersByTimeAsync(10 * settleMs);
  expect(calls).toBe(1);
});

it('calls back while a file is written without a pause', async () => {
  watchFile(count);
  await writeOften(100);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThan(10);
});

it('calls back again only when the last call has ended', async () => {
  const ends: (() => void)[] = [];
  watchFile(() => new Promise((resolve) => ends.push(resolve)));
  for (const text of ['a', 'bb']) {
    writeFileSync(path, text);
    await vi.advanceTimersByTimeAsync(10 * settleMs);
    expect(ends).toHaveLength(1);
  }
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(10 * settleMs);
  expect(ends).toHaveLength(2);
});

it('calls back for no file that it no longer watches, and not once it is closed', async () => {
  watchFile(count);
  watch?.setFiles(new Map());
  writeFileSync(path, 'other');
  await vi.advanceTimersByTimeAsync(10 * settleMs);
  watch?.setFiles(new Map([[path, '']]));
  watch?.close();
  await vi.advanceTimersByTimeAsync(10 * settleMs);
  expect(calls).toBe(0);
});
