import { fileURLToPath } from 'node:url';
import { readPages, type SitePage } from '../../../build/pages/read-pages.js';

declare const data: readonly SitePage[];

export { data };

/** The pages that lists of a page show: read as the site is built, and loaded by the pages that have such a list. */
export default {
  watch: ['../../**/*.md'],
  load(): readonly SitePage[] {
    const pages = readPages(fileURLToPath(new URL('../..', import.meta.url)));
    return pages.filter(({ path }) => /^[^/]+\/[^/]+\.md$/.test(path) && !path.endsWith('index.md'));
  },
};
