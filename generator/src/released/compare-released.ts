import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findDocuments } from '../find-documents.js';
import { currentDocument, releasedDocument, releasedFolder, withoutComments } from './released-documents.js';

/** What has changed in a document since it was released. */
export interface DocumentChanges {
  /** Name of its folder under `spec/`. */
  name: string;
  /** In words, each with its place in the document. */
  breaking: string[];
  /** How many changes break no one. */
  others: number;
}

/** What is used of a report of `redocly diff`. */
interface DiffReport {
  changes: { path: string; impact: string; kind: string; verdicts: { impact: string; message: string }[] }[];
}

/** Returns what has changed in each document since the last release, by `redocly diff`; a new one breaks no one. */
export async function compareReleased(root: string): Promise<DocumentChanges[]> {
  const names = new Set((await findDocuments(root)).map(({ name }) => name));
  const folder = join(root, releasedFolder);
  const released = existsSync(folder) ? (await readdir(folder)).sort() : [];
  return Promise.all(
    released
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.replace(/\.yaml$/, ''))
      .map((name) =>
        names.has(name) ? compare(root, name) : { name, breaking: ['The document is gone.'], others: 0 },
      ),
  );
}

async function compare(root: string, name: string): Promise<DocumentChanges> {
  const [before, now] = [releasedDocument(root, name), await currentDocument(root, name)];
  const [beforeText, nowText] = await Promise.all([readFile(before, 'utf8'), readFile(now, 'utf8')]);
  if (withoutComments(beforeText) === withoutComments(nowText)) return { name, breaking: [], others: 0 };
  const { changes } = await diff(before, now);
  const breaking = changes.filter(({ impact }) => impact === 'major');
  return {
    name,
    breaking: breaking.flatMap(({ path, kind, verdicts }) => {
      const messages = verdicts.filter(({ impact }) => impact === 'major').map(({ message }) => message);
      return (messages.length > 0 ? messages : [kind]).map((message) => `${message}  ${path}`);
    }),
    others: changes.length - breaking.length,
  };
}

async function diff(before: string, now: string): Promise<DiffReport> {
  const packageFile = createRequire(import.meta.url).resolve('@redocly/cli/package.json');
  const { bin } = JSON.parse(await readFile(packageFile, 'utf8')) as { bin: { redocly: string } };
  const command = [join(dirname(packageFile), bin.redocly), 'diff', before, now, '--format=json', '--fail-on=none'];
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return new Promise((resolve, reject) => {
    // A report of a large change is longer than the usual limit.
    execFile(process.execPath, command, { env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`redocly diff failed.\n${stdout}${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout) as DiffReport);
    });
  });
}
