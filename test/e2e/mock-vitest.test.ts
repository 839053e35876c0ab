import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../support/run-command.js';

const root = resolve(import.meta.dirname, '../..');
const shared = join(import.meta.dirname, 'mock-vitest');

it('with the Vitest fixture, 10 parallel test files share one mock through App Keys of their own, without seeing each other', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nexconn-kit-shared-')));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (let file = 0; file < 10; file += 1) {
    await writeFile(join(folder, `tenant${file}.test.ts`), `import ${JSON.stringify(join(shared, 'tenant.ts'))};\n`);
  }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--root', folder, '--config', join(shared, 'vitest.config.ts'), '--reporter=json'];
  const { exitCode, output, stdout } = await runCommand(process.execPath, args, { cwd: folder }).finally(() =>
    rm(folder, { recursive: true }),
  );
  expect(exitCode, output).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 10, numTotalTests: 10 });
});
