import type { Plugin } from 'vitepress';

/**
 * Returns the plugin that leaves everything in the bundle that renders the pages: it is run once and published nowhere, and to
 * find what of it nobody uses takes seconds.
 */
export function keepServerBundleWhole(): Plugin {
  return {
    name: 'nexconn-docs:keep-server-bundle-whole',
    config: (_config, { isSsrBuild }) => (isSsrBuild ? { build: { rollupOptions: { treeshake: false } } } : undefined),
  };
}
