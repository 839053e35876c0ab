import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentChanges } from './compare-released.js';
import { packageVersion } from './released-documents.js';

/** What the changes of the documents mean for the next version. */
export interface Judgement {
  /** Whether something breaks, and no changeset says so. */
  isRefused: boolean;
  lines: string[];
}

/** Judges what has changed since the last release: a change that breaks a caller needs a changeset that says `major`. */
export async function judgeChanges(root: string, changes: readonly DocumentChanges[]): Promise<Judgement> {
  const version = await packageVersion(root);
  const lines = changes.flatMap(({ name, breaking, others }) => [
    `spec/${name}: ${count(breaking.length, 'breaking change')} since the last release, ${count(others, 'other')}`,
    ...breaking.map((change) => `  ${change}`),
  ]);
  if (changes.every(({ breaking }) => breaking.length === 0)) return { isRefused: false, lines };
  const next = `${Number(version.split('.')[0]) + 1}.0.0`;
  if (await hasMajorChangeset(root)) {
    return { isRefused: false, lines: [...lines, `A changeset says major: the next version is ${next}.`] };
  }
  const advice = 'Take them back, or run `npx changeset` and choose major for the package that publishes the document.';
  return {
    isRefused: true,
    lines: [...lines, `Breaking changes need version ${next}, and no changeset says major. ${advice}`],
  };
}

async function hasMajorChangeset(root: string): Promise<boolean> {
  const folder = join(root, '.changeset');
  const files = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.md')) : [];
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.some((text) => /^['"]?@nexconn-kit\/[\w-]+['"]?: major$/m.test(text.split('\n---')[0] ?? ''));
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}
