import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source-tree.js';

/** Verbs that say less than those of the field: Returns, Creates, Sends, Removes, Reports … */
const vague = /\/\*\*[\s*]*(Gives|Makes|Takes|Says|Tells)\b.*/g;

const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => /^(test|generator\/src|packages\/[\w-]+\/(src|build))\//.test(path));

it('a docstring begins with a verb of the field', () => {
  expect(files.length).toBeGreaterThan(0);
  const found = files.flatMap((path) => readFileSync(join(root, path), 'utf8').match(vague) ?? []);
  expect(found).toEqual([]);
});
