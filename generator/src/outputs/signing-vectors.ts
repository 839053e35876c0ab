import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputFile } from '../types.js';

const source = 'spec/signing/vectors';
const target = 'packages/signing/src/generated/vectors';

/** `<name>.gen.json` for each file of `spec/signing/vectors`, byte by byte: what an implementation in any language runs. */
export async function signingVectorsOutput(root: string): Promise<OutputFile[]> {
  const folder = join(root, source);
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.json')).sort() : [];
  return Promise.all(
    names.map(async (name) => ({
      path: `${target}/${name.replace(/\.json$/, '.gen.json')}`,
      content: await readFile(join(folder, name), 'utf8'),
    })),
  );
}
