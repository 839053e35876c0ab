import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.js';

const sourceCondition = '@nexconn-kit/source';

function project(name: string, folder: string, more: TestProjectInlineConfiguration['test'] = {}) {
  return { extends: true as const, test: { name, include: [`${folder}/**/*.test.ts`], ...more } };
}

export default defineConfig({
  // Tests run the packages' sources, so that a stale build cannot pass them.
  resolve: { conditions: [sourceCondition, ...defaultClientConditions] },
  // Node itself knows no condition `module`: what stands behind it is meant for bundlers, and need not run.
  ssr: {
    resolve: { conditions: [sourceCondition, ...defaultServerConditions.filter((each) => each !== 'module')] },
  },
  test: {
    reporters: ['default', new SummaryReporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    projects: [
      project('spec', 'spec', { testTimeout: 60_000 }),
      project('document', 'packages/document', { testTimeout: 60_000 }),
      project('generator', 'generator', { testTimeout: 120_000 }),
      project('contract-package', 'packages/contract'),
      project('signing', 'packages/signing'),
      project('client', 'packages/client'),
      project('mock', 'packages/mock'),
      project('token-service', 'packages/token-service'),
      project('token-source', 'packages/token-source'),
      project('cli', 'packages/cli', { globalSetup: ['test/support/curl-setup.ts'] }),
      project('docs', 'packages/docs'),
      project('structure', 'test/structure'),
      project('contract', 'test/contract', { testTimeout: 60_000 }),
      project('e2e', 'test/e2e', {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        globalSetup: ['test/support/curl-setup.ts', 'test/support/redis-setup.ts'],
      }),
      project('runtimes', 'test/runtimes', {
        testTimeout: 120_000,
        globalSetup: ['test/runtimes/packed-setup.ts'],
      }),
      project('stores', 'test/stores', { globalSetup: ['test/support/redis-setup.ts'] }),
      project('soak', 'test/soak', { testTimeout: 120_000 }),
      project('browser', 'test/browser', { testTimeout: 60_000, globalSetup: ['test/browser/chromium-setup.ts'] }),
    ],
  },
});
