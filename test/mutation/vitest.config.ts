import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import root from '../../vitest.config.js';
import { targets } from './targets.js';

// The tests of one package alone, as Stryker runs them in its copy of the tree.
const name = process.env.MUTATED_PACKAGE ?? '';
const { withoutTests = [], testTimeoutMs = 120_000 } = targets[name] ?? {};
const folder = `packages/${name}`;

export default defineConfig({
  resolve: root.resolve ?? {},
  ssr: root.ssr ?? {},
  root: process.cwd(),
  test: {
    runner: join(import.meta.dirname, 'runner.ts'),
    include: [`${folder}/**/*.test.ts`],
    exclude: ['**/node_modules/**', ...withoutTests.map((path) => `${folder}/${path}`)],
    testTimeout: testTimeoutMs,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
