import { once } from 'node:events';
import type { Plugin } from 'vitepress';

/** The pages that are written while the others are made, and the search over all of them. */
const waiting = /\/site\/typescript\/[^/]+\.md$|^\/@localSearchIndex/;

/** Returns the plugin that reads the pages of the TypeScript reference once the build has said that they are written. */
export function waitForModules(): Plugin {
  const written = process.send ? once(process, 'message') : undefined;
  return {
    name: 'nexconn-docs:wait-for-modules',
    enforce: 'pre',
    // Pages that wait take no place from those that could be read.
    config: () => ({ build: { rollupOptions: { maxParallelFileOps: 1000 } } }),
    async load(id) {
      if (waiting.test(id)) await written;
      return null;
    },
  };
}
