import { lstat, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CliContext, CliError, regions } from '@nexconn-kit/token-server/command-line';
import { makeFolder } from '../../process/make-folder.js';
import { quoteForShell } from '../../process/shell.js';
import { printable, readTerminal } from '../../terminal/terminal.js';
import { type Framework, type ProjectFiles, projectFiles } from './project-files.js';

/** The flags of `nexconn init`. */
export interface InitFlags {
  readonly framework: Framework;
  readonly region?: string;
  readonly json?: boolean;
}

/**
 * Writes a project into a folder and says how to go on.
 *
 * @throws {CliError} USAGE, MISSING_CONFIGURATION, FILE_NOT_WRITTEN
 */
export async function initProject(folder: string, flags: InitFlags, { env, stdout }: CliContext): Promise<void> {
  const { framework } = flags;
  const files = projectFiles(folder, framework, readRegion(flags, env.NEXCONN_REGION));
  await refuseTaken(folder, Object.keys(files));
  await writeAll(folder, files);
  if (flags.json) {
    stdout.write(`${JSON.stringify({ folder, framework, files: Object.keys(files) })}\n`);
    return;
  }
  const { style } = readTerminal(stdout, env);
  const lines = [
    `${style.good('✓')} Wrote a token endpoint for ${framework} into ${printable(folder)}:`,
    ...Object.keys(files).map((path) => `  ${style.dim(path)}`),
    '',
    style.bold('Go on with:'),
    `  cd ${wordOf(folder)}`,
    '  npm install',
    '  npm test   # beside a mock of the API, without an account',
    '',
    style.bold('Then, for the real API:'),
    `  Let ${Object.keys(files).find((path) => path.includes('log-in'))} return the user of your own sessions.`,
    '  Copy .env.example to .env, and fill in App Key and App Secret.',
    `  ${startCommand(files)}`,
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

function readRegion({ region }: InitFlags, ofEnvironment: string | undefined): string {
  const listed = `${regions.slice(0, -1).join(', ')} or ${regions.at(-1)}`;
  const chosen = region ?? ofEnvironment ?? '';
  if (regions.some((known) => known === chosen)) return chosen;
  const message =
    chosen === ''
      ? `Set --region to ${listed} (or NEXCONN_REGION): the region that the app lives in.`
      : `NEXCONN_REGION is "${printable(chosen)}". Set it to ${listed}.`;
  throw new CliError(message, { code: chosen === '' ? 'MISSING_CONFIGURATION' : 'USAGE' });
}

/** Nothing is written where one file is there already, a link that leads nowhere too, or where a folder would be a link. */
async function refuseTaken(folder: string, paths: readonly string[]): Promise<void> {
  const taken: string[] = [];
  for (const path of paths) if (await isThere(join(folder, path))) taken.push(path);
  for (const inner of new Set(paths.map((path) => dirname(path)).flatMap(withParents))) {
    const found = await lstat(join(folder, inner)).catch(() => undefined);
    if (found && !found.isDirectory()) taken.push(inner);
  }
  if (taken.length === 0) return;
  const names = taken.map((path) => `  ${path}`).join('\n');
  const message = `Nothing was written: ${printable(folder)} has already\n${names}\nName another folder, or move them away.`;
  throw new CliError(message, { code: 'FILE_NOT_WRITTEN' });
}

function withParents(path: string): string[] {
  return path === '.' ? [] : [...withParents(dirname(path)), path];
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function writeAll(folder: string, files: ProjectFiles): Promise<void> {
  const written: string[] = [];
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      await makeFolder(dirname(file));
      // Refuses what has come meanwhile.
      await writeFile(file, text, { flag: 'wx' });
      written.push(file);
    }
  } catch (cause) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    const { code } = cause as NodeJS.ErrnoException;
    const message = `${printable(folder)} cannot be written (${code}). Check the path, and that there is room.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
}

/** Of the script that starts it, with the settings of the file. */
function startCommand(files: ProjectFiles): string {
  const { scripts } = JSON.parse(files['package.json'] ?? '{}') as { scripts: Record<string, string> };
  const start = `${scripts.start}`.replace(/^node /, 'node --env-file=.env ');
  return scripts.build === undefined ? start : `npm run build && ${start}`;
}

function wordOf(path: string): string {
  // As a flag it would be none of cd.
  const folder = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./-]+$/.test(folder) ? folder : quoteForShell(printable(folder));
}
