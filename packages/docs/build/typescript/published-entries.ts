import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageFolders } from '../package-folders.js';

/** A public module of a published package. */
export interface PublishedEntry {
  /** What a program imports, such as `@nexconn-kit/client/redis`. */
  readonly specifier: string;
  /** The name of its page, such as `client-redis`. */
  readonly name: string;
  /** The path of its source. */
  readonly source: string;
}

/** Made of documents for programs: they have their own reference, or types of thousands of lines that nobody reads. */
const generated = new Set(['mock/console', 'token-service/token-endpoint']);
const condition = '@nexconn-kit/source';

/** Returns the public modules of all packages in TypeScript, by package, the main one of each first. */
export function publishedEntries(root: string): PublishedEntry[] {
  return packageFolders(root).flatMap((folder) => entriesOf(root, folder));
}

function entriesOf(root: string, folder: string): PublishedEntry[] {
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return Object.entries(exports as Record<string, { [condition]?: string } | string>).flatMap(([entry, target]) => {
    const source = typeof target === 'string' ? undefined : target[condition];
    const path = `${basename(folder)}${entry.slice(1)}`;
    if (!source?.endsWith('.ts') || folder === 'packages/docs' || generated.has(path)) return [];
    return [
      {
        specifier: `${name}${entry.slice(1)}`,
        name: path.replaceAll('/', '-'),
        source: join(root, folder, source),
      },
    ];
  });
}
