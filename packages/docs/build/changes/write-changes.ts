import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolders } from '../package-folders.js';
import { type Change, changesPage, readChangelog, readChangeset } from './changes-page.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Writes `changes.md` into the folder of the site: what comes next, by the changesets, and each version, by the changelogs. */
export function writeChanges(siteFolder: string): void {
  writeFileSync(join(siteFolder, 'changes.md'), changesPage(nextChanges(), releasedChanges()));
}

function nextChanges(): Change[] {
  const folder = join(root, '.changeset');
  const files = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
  return files.sort().map((file) => readChangeset(readFileSync(join(folder, file), 'utf8')));
}

function releasedChanges(): ReadonlyMap<string, readonly Change[]>[] {
  return packageFolders(root).map((folder) => readChangelog(readFileSync(join(root, folder, 'CHANGELOG.md'), 'utf8')));
}
