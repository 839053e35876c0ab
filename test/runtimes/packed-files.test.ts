import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packedFolder } from './packed-folder.js';

const packages = ['client', 'contract', 'document', 'generator', 'mock', 'signing', 'token-service', 'token-source'];
const programs = ['cli', 'docs', 'token-server'];

it.each([...packages, ...programs])('each compiled file of %s has a source, and none is of an older build', (name) => {
  const folder = join(packedFolder(), 'node_modules/@nexconn-kit', name);
  const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
    // The documentation site, whose scripts are bundled.
    (file) => !file.startsWith('site'),
  );
  const withoutSource = files.filter((file) => {
    const source = file.replace(/\.(js|d\.ts)(\.map)?$/, '.ts');
    return source !== file && !existsSync(join(folder, 'src', source)) && !file.startsWith('chunk-');
  });
  expect(files.filter((file) => file.endsWith('.js'))).not.toEqual([]);
  expect(withoutSource).toEqual([]);
  expect(files).not.toContain('chunk-0LDER.js');
});
