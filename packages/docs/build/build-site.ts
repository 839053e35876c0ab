import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siteFolder } from '../src/index.js';
import { writeChanges } from './changes/write-changes.js';
import { writeDownloads, writeDownloadsPage } from './downloads/write-downloads.js';
import { deadLinks } from './links/check-links.js';
import { readPages } from './pages/read-pages.js';
import { writeRecipes } from './recipes/write-recipes.js';
import { renderReferences, writeReferences } from './reference/write-references.js';
import { removeIconStyles } from './styles/icon-styles.js';
import { writeDescribed } from './try-it/write-described.js';
import { writeTwins } from './twins/write-twins.js';
import { writeTypescriptHeads } from './typescript/write-heads.js';
import { runVitePress } from './vitepress/run-vitepress.js';

/** Where a host has the site: `npm run docs -- --base /x/`. */
const base = process.env.DOCS_BASE || '/';
if (!/^\/(.*\/)?$/.test(base)) throw new Error(`--base is ${base}. It begins and ends with a slash, such as /docs/.`);

const sources = fileURLToPath(new URL('../site', import.meta.url));
const distFolder = dirname(siteFolder);
mkdirSync(distFolder, { recursive: true });
// What an older build or one that was killed has left, and would be published.
for (const name of readdirSync(distFolder)) {
  if (name !== 'site' && !/^index\.(js|d\.ts)(\.map)?$/.test(name)) rmSync(join(distFolder, name), { recursive: true });
}
// Beside its destination, so that the finished site appears by one rename.
const output = mkdtempSync(join(distFolder, '.site-'));
chmodSync(output, 0o755);

// What is made of other files of the repository, before the pages are read.
await writeDescribed(sources);
writeRecipes(sources);
writeChanges(sources);
writeDownloadsPage(sources);
writeTypescriptHeads(sources);
const pages = readPages(sources);
const vitePress = runVitePress(sources, base, output);
try {
  // What takes long is made beside VitePress, which waits for the pages of the TypeScript reference alone.
  const { writeTypescript } = await import('./typescript/write-typescript.js'); // with a compiler, which takes a second to load
  await writeTypescript(sources);
  vitePress.tellWritten();
  const rendered = await renderReferences();
  await vitePress.done;
  rmSync(join(output, 'hashmap.json'));
  removeIconStyles(output);
  writeReferences(rendered, output);
  writeDownloads(output);
  writeTwins(pages, sources, output);
  const wrong = deadLinks(output, base);
  if (wrong.length > 0) throw new Error(`Links of the site lead nowhere:\n${wrong.join('\n')}`);
  rmSync(siteFolder, { recursive: true, force: true });
  renameSync(output, siteFolder);
  const files = readdirSync(siteFolder, { recursive: true, encoding: 'utf8' }).map((path) =>
    statSync(join(siteFolder, path)),
  );
  const bytes = files.reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  console.log(`${siteFolder} (${pages.length} pages, ${Math.ceil(bytes / 1024)} KiB)`);
} finally {
  vitePress.stop();
  rmSync(output, { recursive: true, force: true });
}
