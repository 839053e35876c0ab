import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('enters at most 22 files of the client and 24 of the mock with a warm call', { timeout: 60_000 }, async () => {
  const script = new URL('files-entered.ts', import.meta.url).pathname;
  const flags = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx')];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const counts = Object.fromEntries(
    [...stdout.matchAll(/^(\w+): (\d+) files$/gm)].map(([, name, n]) => [name, Number(n)]),
  );
  expect(counts).toEqual({ client: expect.any(Number), mock: expect.any(Number) });
  expect(counts.client, stdout).toBeLessThanOrEqual(22);
  expect(counts.mock, stdout).toBeLessThanOrEqual(24);
});
