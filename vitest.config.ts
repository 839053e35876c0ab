import { availableParallelism } from 'node:os';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.js';

const sourceCondition = '@nexconn-kit/source';

type Settings = TestProjectInlineConfiguration['test'];

function project(name: string, folder: string, more: Settings = {}) {
  return { extends: true as const, test: { name, include: [`${folder}/**/*.test.ts`], ...more } };
}

/**
 * A project whose files run one after the other in a few processes, since to start one for each takes longer than most of them.
 */
function sharing(name: string, folder: string, more: Settings = {}) {
  return project(name, folder, { isolate: false, setupFiles: ['test/support/own-modules.ts'], ...more });
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
    // Nothing is decided by them but that a run ends: a busy machine takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Half of what the suites do is to wait for processes of theirs: more workers than cores keep the cores busy.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      project('spec', 'spec'),
      sharing('document', 'packages/document'),
      sharing('generator', 'generator'),
      sharing('contract-package', 'packages/contract'),
      sharing('signing', 'packages/signing'),
      sharing('client', 'packages/client', { globalSetup: ['test/support/curl-setup.ts'] }),
      sharing('mock', 'packages/mock'),
      sharing('token-service', 'packages/token-service'),
      sharing('token-source', 'packages/token-source'),
      sharing('token-server', 'packages/token-server', { globalSetup: ['test/support/curl-setup.ts'] }),
      sharing('cli', 'packages/cli', { globalSetup: ['test/support/curl-setup.ts', 'test/support/shells-setup.ts'] }),
      sharing('docs', 'packages/docs'),
      sharing('structure', 'test/structure'),
      sharing('mutation', 'test/mutation'),
      sharing('contract', 'test/contract'),
      sharing('e2e', 'test/e2e', {
        testTimeout: 600_000,
        hookTimeout: 600_000,
        globalSetup: [
          'test/support/busybox-setup.ts',
          'test/support/curl-setup.ts',
          'test/support/redis-setup.ts',
          'test/support/tinyproxy-setup.ts',
        ],
      }),
      project('runtimes', 'test/runtimes', {
        testTimeout: 300_000,
        hookTimeout: 600_000,
        globalSetup: ['test/runtimes/packed-setup.ts'],
      }),
      project('examples', 'test/examples', { hookTimeout: 600_000 }),
      project('downloads', 'test/downloads'),
      project('languages', 'test/languages', { globalSetup: ['test/languages/languages-setup.ts'] }),
      project('samples', 'test/samples', {
        globalSetup: ['test/support/redis-setup.ts', 'test/samples/deploy-setup.ts'],
      }),
      sharing('stores', 'test/stores', {
        globalSetup: ['test/support/redis-setup.ts', 'test/support/sqlite-setup.ts', 'test/stores/d1/d1-setup.ts'],
      }),
      project('specmatic', 'test/specmatic', {
        testTimeout: 1_200_000,
        hookTimeout: 600_000,
        globalSetup: ['test/specmatic/specmatic-setup.ts'],
      }),
      sharing('hostile', 'test/hostile', { testTimeout: 300_000 }),
      project('soak', 'test/soak', { testTimeout: 600_000 }),
      sharing('browser', 'test/browser', { globalSetup: ['test/browser/chromium-setup.ts'] }),
    ],
  },
});
