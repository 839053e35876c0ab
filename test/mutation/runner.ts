import { it, TestRunner } from 'vitest';

/**
 * The runner of vitest, for which a file that cannot be loaded is a test that failed: Stryker looks at tests alone, and
 * would take a mutant that throws on import for one that nobody noticed.
 */
export default class LoadingTestRunner extends TestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<void> {
    try {
      await super.importFile(path, source);
    } catch (error) {
      if (source === 'setup') throw error;
      it('is loaded', () => {
        throw error;
      });
    }
  }
}
