import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDocuments } from '../find-documents.js';

/** Where the documents of the last release are, from the root. */
export const releasedFolder = 'spec/released';

/** Returns the path of a document as it was released. */
export function releasedDocument(root: string, name: string): string {
  return join(root, releasedFolder, `${name}.yaml`);
}

/** Returns the path of a document as it is published next. */
export async function currentDocument(root: string, name: string): Promise<string> {
  const found = (await findDocuments(root)).find((document) => document.name === name);
  if (found === undefined) throw new Error(`There is no document spec/${name}/openapi.yaml.`);
  return join(root, found.home.folder, 'openapi.gen.yaml');
}

/** Keeps the documents of a release, beside which the next changes are looked at. */
export async function keepReleased(root: string): Promise<string[]> {
  const names = (await findDocuments(root)).map(({ name }) => name);
  const version = await packageVersion(root);
  await mkdir(join(root, releasedFolder), { recursive: true });
  for (const name of names) {
    const text = withoutComments(await readFile(await currentDocument(root, name), 'utf8'));
    const head = `# spec/${name} as version ${version} has it. Written by \`npm run release:version\`; read by \`npm run spec:diff\`.\n`;
    await writeFile(releasedDocument(root, name), head + text);
  }
  return names;
}

/** Returns the version that all packages have. */
export async function packageVersion(root: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'packages/contract/package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/** Returns a text of YAML without the comment at its head. */
export function withoutComments(yaml: string): string {
  return yaml.replace(/^(#.*\n|\n)+/, '');
}
