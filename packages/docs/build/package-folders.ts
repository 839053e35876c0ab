import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the folders of all published packages, from the root of the repository, in the order of their names. */
export function packageFolders(root: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  const folders = workspaces.flatMap((pattern) => {
    const [parent = '', rest] = pattern.split('/*');
    return rest === undefined ? [parent] : readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
  });
  return folders.filter((folder) => isPublished(join(root, folder, 'package.json'))).sort(byName);
}

function isPublished(path: string): boolean {
  return existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as { private?: boolean }).private !== true;
}

function byName(left: string, right: string): number {
  const [a, b] = [nameOf(left), nameOf(right)];
  return a < b ? -1 : 1;
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
