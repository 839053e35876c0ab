import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What an example has installed. */
export interface InstalledSize {
  readonly packages: number;
  readonly megabytes: number;
}

/** Measures what stands in `node_modules`: folders with a package.json, and the bytes of all files; or the archives of Yarn. */
export async function measureInstalled(folder: string): Promise<InstalledSize> {
  const modules = join(folder, 'node_modules');
  const installed = existsSync(modules) ? modules : join(folder, '.yarn/cache');
  const files = await readdir(installed, { recursive: true, withFileTypes: true });
  let [packages, bytes] = [0, 0];
  for (const file of files) {
    if (!file.isFile()) continue;
    bytes += (await stat(join(file.parentPath, file.name))).size;
    if (file.name.endsWith('.zip')) packages += 1;
    if (file.name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/@.][^/]*$/.test(file.parentPath)) packages += 1;
  }
  return { packages, megabytes: bytes / 1_000_000 };
}
