import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const sourceCondition = '@nexconn-kit/source';

const server = { resolve: { conditions: [sourceCondition, ...defaultServerConditions] } };

export default defineConfig({
  resolve: { conditions: [sourceCondition, ...defaultClientConditions] },
  ssr: server,
  // Where a global setup is loaded.
  environments: { __vitest__: server },
  test: {
    include: ['tenant*.test.ts'],
    globalSetup: [`${import.meta.dirname}/start-shared-mock.ts`],
    // What the files share is a mock behind HTTP; a thread starts sooner than a process.
    pool: 'threads',
    maxWorkers: 10,
    testTimeout: 300_000,
  },
});
