import { startMock } from '@nexconn-kit/mock';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    nexconnMockUrl: string;
  }
}

/** Starts the mock that all test files share. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const mock = await startMock({ port: 0 });
  provide('nexconnMockUrl', mock.url);
  return mock.close;
}
