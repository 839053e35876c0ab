import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createApiReports } from './create-api-reports.js';
import { packPackages } from './pack-packages.js';

const root = resolve(import.meta.dirname, '../..');

const folder = await packPackages();
try {
  for (const { path, text } of await createApiReports(folder)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(path);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
