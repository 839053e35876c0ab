import { fileURLToPath } from 'node:url';
import { createCssVariablesTheme } from 'shiki';
import { defineConfig } from 'vitepress';
import { mendTheme } from '../../build/accessibility/mend-theme.js';
import { indentLines, wholeLines, wholeWords } from '../../build/markdown/code-lines.js';
import { siteMarkdown } from '../../build/markdown/site-markdown.js';
import { navigation } from '../../build/pages/navigation.js';
import { readPages } from '../../build/pages/read-pages.js';
import { references } from '../../build/reference/references.js';
import { dropUnusedStyles } from '../../build/styles/drop-unused-styles.js';
import { withoutIconStyles } from '../../build/styles/icon-styles.js';
import { spareServerBundle } from '../../build/vitepress/server-bundle.js';
import { waitForModules } from '../../build/vitepress/wait-for-modules.js';

const pages = readPages(fileURLToPath(new URL('..', import.meta.url)));

// The browser itself refuses what the build might have overlooked. "Try it" calls a mock on this machine.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export default defineConfig({
  lang: 'en',
  title: 'nexconn-kit',
  description:
    'Access tokens of the Nexconn Server API: a typed client, a mock, the app server’s and the app’s side of a token.',
  // Addresses end in .html, so that any host serves them; one that leaves it out leads to the same page.
  cleanUrls: false,
  lastUpdated: false,
  // One page after another, so that the search numbers them alike in each build.
  buildConcurrency: 1,
  // What all pages share is loaded once, and not with each.
  metaChunk: true,
  head: [
    ['meta', { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy }],
    ['meta', { name: 'referrer', content: 'no-referrer' }],
    ['meta', { name: 'color-scheme', content: 'light dark' }],
    ['link', { rel: 'icon', href: 'data:,' }],
  ],
  transformHtml: withoutIconStyles,
  markdown: {
    theme: createCssVariablesTheme(),
    config: siteMarkdown,
    codeTransformers: [wholeLines, indentLines, wholeWords],
    // What files of examples are called by, and the highlighter is not.
    languageAlias: { conf: 'nginx', service: 'ini', mjs: 'js' },
  },
  // What VitePress does not write itself; build/links checks these too, anchors included.
  ignoreDeadLinks: [/^(\.\.?)?\/(.*\/)?(api|downloads)\//],
  vite: {
    plugins: [mendTheme(), dropUnusedStyles(), spareServerBundle(), waitForModules()],
    // No page and no part of the theme has a component of Vue 2's kind.
    define: { __VUE_OPTIONS_API__: 'false' },
    // Packages of this repository are taken from their sources, so that a stale build of one gets into no page.
    resolve: { conditions: ['@nexconn-kit/source'] },
  },
  router: { prefetchLinks: false },
  themeConfig: {
    ...navigation(pages, references),
    search: { provider: 'local' },
    outline: [2, 3],
    externalLinkIcon: true,
  },
});
