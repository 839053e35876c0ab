import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ApiReport, createApiReports } from './create-api-reports.js';
import { packedFolder } from './packed-folder.js';

const root = resolve(import.meta.dirname, '../..');
const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
const committed = [...packages, 'generator']
  .map((folder) => `${folder}/api`)
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`));

describe('the committed API reports', () => {
  let reports: ApiReport[];
  beforeAll(async () => {
    reports = await createApiReports(packedFolder());
  });

  it('are those of every entry of the packages, and no others', () => {
    expect(reports.map(({ path }) => path).sort()).toEqual(committed.sort());
  });

  it.each(committed)('%s says what is published; after a change on purpose, npm run api writes it anew', (path) => {
    const { text } = reports.find((report) => report.path === path) ?? {};
    expect(text).toBe(readFileSync(join(root, path), 'utf8'));
  });
});
