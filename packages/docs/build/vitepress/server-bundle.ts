import type { Plugin } from 'vitepress';

/**
 * Returns the plugin that spares the bundle that renders the pages, which is run once and published nowhere, what takes seconds: to
 * find what of it nobody uses, and to read all pages for the search, which only a browser opens.
 */
export function spareServerBundle(): Plugin {
  let isServer = false;
  return {
    name: 'nexconn-docs:spare-server-bundle',
    enforce: 'pre',
    config(_config, { isSsrBuild = false }) {
      isServer = isSsrBuild;
      return isServer ? { build: { rollupOptions: { treeshake: false } } } : undefined;
    },
    load: (id) => (isServer && id === '/@localSearchIndex' ? 'export default {}' : null),
  };
}
