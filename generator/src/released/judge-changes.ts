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

/** A version that callers have to look at before they take it: before 1.0.0 that is another minor one (semver, 4). */
interface BreakingVersion {
  readonly bump: 'major' | 'minor';
  readonly next: string;
}

/**
 * Judges what has changed since the last release: a change that breaks a caller needs a changeset that says `major`, or, before
 * version 1.0.0, one that says `minor` and has a line that begins with "Breaking:", since other changes are minor, too.
 */
export async function judgeChanges(root: string, changes: readonly DocumentChanges[]): Promise<Judgement> {
  const lines = changes.flatMap(({ name, breaking, others }) => [
    `spec/${name}: ${count(breaking.length, 'breaking change')} since the last release, ${count(others, 'other')}`,
    ...breaking.map((change) => `  ${change}`),
  ]);
  if (changes.every(({ breaking }) => breaking.length === 0)) return { isRefused: false, lines };
  const version = await packageVersion(root);
  const changesets = await readChangesets(root);
  for (const { bump, next } of [afterMajor(version), breakingVersion(version)]) {
    if (changesets.some((text) => saysBreaking(text, bump)))
      return { isRefused: false, lines: [...lines, `A changeset says ${bump}: the next version is ${next}.`] };
  }
  const { bump, next } = breakingVersion(version);
  const mark = bump === 'minor' ? ', with a line of its text that begins with "Breaking:"' : '';
  const advice = `Take them back, or run \`npx changeset\` and choose ${bump} for the package that publishes the document${mark}.`;
  return {
    isRefused: true,
    lines: [...lines, `Breaking changes need version ${next}, and no changeset says so. ${advice}`],
  };
}

function breakingVersion(version: string): BreakingVersion {
  const [major, minor] = version.split('.');
  return major === '0' ? { bump: 'minor', next: `0.${Number(minor) + 1}.0` } : afterMajor(version);
}

function afterMajor(version: string): BreakingVersion {
  return { bump: 'major', next: `${Number(version.split('.')[0]) + 1}.0.0` };
}

async function readChangesets(root: string): Promise<string[]> {
  const folder = join(root, '.changeset');
  const files = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.md')) : [];
  return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
}

function saysBreaking(changeset: string, bump: BreakingVersion['bump']): boolean {
  const [head = '', text = ''] = changeset.split(/\n---\n?(.*)/s);
  const isOfBump = new RegExp(`^['"]?@nexconn-kit/[\\w-]+['"]?: ${bump}$`, 'm').test(head);
  return isOfBump && (bump === 'major' || /^(\*\*)?Breaking:/m.test(text));
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}
