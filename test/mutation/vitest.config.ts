import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import root from '../../vitest.config.js';
import { targets } from './targets.js';

// The tests of one package alone, as Stryker runs them in its copy of the tree.
const name = process.env.MUTATED_PACKAGE ?? '';
const { withoutTests = [], testTimeoutMs = 120_000 } = targets[name] ?? {};
const folder = `packages/${name}`;

/** The first failure ends a run: tests beside the code come first, those of deeper folders before those of others. */
class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const distance = ({ moduleId }: TestSpecification) => {
      const [, path = ''] = moduleId.split(`/${folder}/`);
      return path.startsWith('src/') ? -path.split('/').length : 1;
    };
    return [...files].sort((a, b) => distance(a) - distance(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  resolve: root.resolve ?? {},
  ssr: root.ssr ?? {},
  root: process.cwd(),
  test: {
    sequence: { sequencer: NearestFirst },
    runner: join(import.meta.dirname, 'runner.ts'),
    include: [`${folder}/**/*.test.ts`],
    exclude: ['**/node_modules/**', ...withoutTests.map((path) => `${folder}/${path}`)],
    testTimeout: testTimeoutMs,
    hookTimeout: 120_000,
  },
});
