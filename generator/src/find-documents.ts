import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadsFolder } from './downloads/downloads.js';
import { generateFailed, problemOf } from './errors.js';
import { sampleFolders } from './samples/languages.js';
import type { ContractHome, FoundDocument } from './types.js';

/** The contract of a server of one's own is part of the package that serves it. */
const ownServers = new Map([
  ['mock-console', 'packages/mock/src/generated/console'],
  ['token-service', 'packages/token-service/src/generated'],
]);

/** Folders in which every file is generated. */
export const generatedFolders: readonly string[] = [
  ...['contract', 'client', 'mock', 'signing', 'token-service'].map((name) => `packages/${name}/src/generated`),
  ...sampleFolders,
  downloadsFolder,
];

const command = 'npm run generate';

/** Returns every `spec/<name>/openapi.yaml`, sorted by name. */
export async function findDocuments(root: string): Promise<FoundDocument[]> {
  const folder = join(root, 'spec');
  const entries = existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : [];
  const names = entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'openapi.yaml')))
    .map((entry) => entry.name)
    .sort();
  if (names.length > 0) return names.map((name) => ({ name, source: `spec/${name}/openapi.yaml`, home: homeOf(name) }));
  const message = `There is no openapi.yaml in any folder of ${folder}.`;
  const hint = 'Write spec/<name>/openapi.yaml, or name the repository with --root.';
  throw generateFailed([problemOf('spec', message, hint)]);
}

/** Checks that a document has `x-own-server` if and only if a package serves it. @throws {GenerateError} `GENERATE_FAILED` */
export function checkOwner({ name, source }: FoundDocument, isOwnServer: boolean): void {
  if (isOwnServer === ownServers.has(name)) return;
  const message = `x-own-server is ${isOwnServer}, but ${isOwnServer ? 'no' : 'a'} package serves this document.`;
  throw generateFailed([
    problemOf(source, message, 'Name the package that serves it in generator/src/find-documents.ts.'),
  ]);
}

function homeOf(name: string): ContractHome {
  const folder = ownServers.get(name);
  if (folder !== undefined) {
    return { folder, types: '@nexconn-kit/contract', validator: '@nexconn-kit/contract/validator', command };
  }
  const own = { types: '../../types.js', validator: '../../validator/index.js', command };
  return { folder: `packages/contract/src/generated/${name}`, ...own };
}
