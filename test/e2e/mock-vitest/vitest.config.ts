import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const sourceCondition = '@nexconn-kit/source';

export default defineConfig({
  resolve: { conditions: [sourceCondition, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [sourceCondition, ...defaultServerConditions] } },
  test: {
    include: ['tenant*.test.ts'],
    globalSetup: [`${import.meta.dirname}/start-shared-mock.ts`],
    maxWorkers: 10,
    testTimeout: 60_000,
  },
});
