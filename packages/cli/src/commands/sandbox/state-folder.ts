import { existsSync } from 'node:fs';
import { chmod, open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createMock, type SavedState } from '@nexconn-kit/mock';
import { openTokenFile, type TokenFile } from '@nexconn-kit/token-server';
import { CliError, openDraft, refuseSpecialFile } from '@nexconn-kit/token-server/command-line';
import { makeFolder } from '../../process/make-folder.js';
import { clearTimeout, performanceNow, setTimeout } from '../../system-time.js';

/** The folder that a sandbox finds its state in when it is started again. */
export interface StateFolder extends AsyncDisposable {
  /** What the mock is started with. */
  readonly state: SavedState | undefined;
  /** The tokens of the token service; undefined where they can be kept in memory alone. */
  readonly tokenFile: TokenFile | undefined;
  /** Writes the state soon, and once more when the folder is disposed of. */
  readonly save: (exportState: () => SavedState) => void;
  /** Removes the folder, once it has been disposed of, where it was made for a sandbox that has not come to run. */
  readonly discard: () => Promise<void>;
}

/** How a folder is opened. */
export interface StateFolderOptions {
  /** Whether what is in it is removed first. */
  readonly isFresh: boolean;
  /** Called with a sentence on what cannot be kept, or could not be read. */
  readonly tell: (sentence: string) => void;
  /** Called with a sentence where it takes a while to see whether another sandbox uses the folder, as after a kill -9. */
  readonly onWait: (sentence: string) => void;
}

const stateName = 'state.json';
const tokensName = 'tokens.db';
const ignoreName = '.gitignore';
/** A kill -9 loses no more than this, and what a write takes. */
const saveAfterMs = 500;
/** Nobody sees a start that is as quick as usual wait. */
const waitToldMs = 1_500;
/** A state that takes long to write is written less often. */
const shareOfTime = 20;
const maxBytes = 256 * 1024 * 1024;

/**
 * Opens the folder for this sandbox alone. Where it cannot be written, that is told, and there is none.
 *
 * @throws {CliError} STORE_UNAVAILABLE where another sandbox uses it
 */
export async function openStateFolder(
  folder: string,
  { isFresh, tell, onWait }: StateFolderOptions,
): Promise<StateFolder | undefined> {
  let path: string;
  let wasMade: boolean;
  try {
    path = resolve(folder);
    wasMade = await prepareFolder(path);
  } catch (error) {
    const code = codeOf(error);
    const advice = code === 'ENOSPC' ? 'Make room, or name another with --state.' : 'Name another with --state.';
    tell(`The sandbox keeps its state in memory: ${folder} cannot be written (${code}). ${advice}`);
    return undefined;
  }
  // Its lock is that of the folder.
  const waiting = setTimeout(
    () => onWait(`Looking whether another sandbox uses ${path}, which was not closed.`),
    waitToldMs,
  );
  let tokenFile = await takeTokenFile(path, tell).finally(() => clearTimeout(waiting));
  try {
    if (isFresh) {
      await tokenFile?.close();
      await removeOld(path);
      tokenFile = await takeTokenFile(path, tell);
    }
    await removeDrafts(path);
    return { ...keepState(path, tokenFile, await readState(path, tell), tell), discard: () => discard(path, wasMade) };
  } catch (error) {
    await tokenFile?.close();
    throw error;
  }
}

function keepState(
  path: string,
  tokenFile: TokenFile | undefined,
  state: SavedState | undefined,
  tell: StateFolderOptions['tell'],
): Omit<StateFolder, 'discard'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let exportLast: (() => SavedState) | undefined;
  let writing = Promise.resolve();
  let lastTookMs = 0;
  let isTroubleTold = false;

  async function write(exportState: () => SavedState): Promise<void> {
    const startedAt = performanceNow();
    try {
      // Whoever wants to start anew may have removed it meanwhile.
      if (!existsSync(path)) await prepareFolder(path);
      await using draft = await openDraft(join(path, stateName));
      await draft.file.writeFile(JSON.stringify(exportState()));
      await draft.commit();
      isTroubleTold = false;
    } catch (error) {
      if (!isTroubleTold)
        tell(`The state cannot be written to ${path} (${codeOf(error)}). Make room, or give it --state.`);
      isTroubleTold = true;
    }
    lastTookMs = performanceNow() - startedAt;
  }

  function writeNow(): void {
    const exportState = exportLast;
    [timer, exportLast] = [undefined, undefined];
    if (exportState) writing = writing.then(() => write(exportState));
  }

  return {
    state,
    tokenFile,
    save(exportState) {
      exportLast = exportState;
      timer ??= setTimeout(writeNow, Math.max(saveAfterMs, lastTookMs * shareOfTime));
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      writeNow();
      await writing;
      await tokenFile?.close().catch(() => {});
    },
  };
}

/** For its owner alone, and out of a repository that it may stand in. A folder that was there before stays as it is. */
async function prepareFolder(path: string): Promise<boolean> {
  const wasMade = await makeFolder(path, 0o700);
  if (wasMade || (await isUnused(path))) {
    await chmod(path, 0o700);
    await writeFile(join(path, ignoreName), '*\n', { mode: 0o600 });
  }
  for (const name of [stateName, tokensName]) await refuseSpecialFile(join(path, name), true);
  await using _probe = await openDraft(join(path, stateName));
  return wasMade;
}

/** Whether nothing is in a folder but what a start on a full disk leaves: a list of what to ignore, without a line. */
async function isUnused(path: string): Promise<boolean> {
  const names = await readdir(path);
  if (names.length === 0) return true;
  return names.length === 1 && names[0] === ignoreName && (await stat(join(path, ignoreName))).size === 0;
}

/** What is not ours in it, it keeps. */
async function discard(path: string, wasMade: boolean): Promise<void> {
  if (!wasMade) return;
  await removeOld(path);
  await rm(join(path, ignoreName), { force: true });
  await rmdir(path).catch(() => {});
}

/** @throws {CliError} STORE_UNAVAILABLE where another process has it open */
async function takeTokenFile(path: string, tell: StateFolderOptions['tell']): Promise<TokenFile | undefined> {
  const file = join(path, tokensName);
  try {
    return await openTokenFile(file);
  } catch (error) {
    if (error instanceof CliError && /\bin use\b/.test(error.message)) {
      const message = `Another sandbox uses the folder ${path}. Stop it, name another with --state, or take --no-state.`;
      throw new CliError(message, { code: 'STORE_UNAVAILABLE', cause: error });
    }
    // What is in it may be whole: it is not put aside.
    if (error instanceof CliError && /\bdisk is full\b/.test(error.message)) {
      tell(
        `The token service keeps its tokens in memory, since there is no room for ${file}. Make room, or name another folder with --state.`,
      );
      return undefined;
    }
  }
  try {
    const aside = await putAside(file, ['-wal', '-shm', '-journal']);
    const opened = await openTokenFile(file);
    tell(`${file} cannot be read: the token service starts without tokens. What it was is kept as ${aside}.`);
    return opened;
  } catch (error) {
    tell(
      `The token service keeps its tokens in memory: ${file} cannot be opened (${codeOf(error)}). Name another folder with --state.`,
    );
    return undefined;
  }
}

async function readState(path: string, tell: StateFolderOptions['tell']): Promise<SavedState | undefined> {
  const file = join(path, stateName);
  try {
    const state = JSON.parse(await readBounded(file)) as SavedState;
    // Refuses what a mock cannot be started with.
    createMock({ state });
    return state;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    const aside = await putAside(file, []).catch(() => undefined);
    const kept =
      aside === undefined ? 'Remove it, or name another folder with --state.' : `What it was is kept as ${aside}.`;
    tell(`${file} ${reasonOf(error)}: the mock starts without users. ${kept}`);
    return undefined;
  }
}

async function readBounded(file: string): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size > maxBytes) {
    throw new CliError(`has ${size} bytes, more than ${maxBytes}`, { code: 'USAGE' });
  }
  // Waited for here: the file is closed at the end.
  return await handle.readFile('utf8');
}

/** Never a part of the file, which holds App Secrets. */
function reasonOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  if (error instanceof SyntaxError) return 'is no JSON';
  const { code, message } = error as { code?: string; message?: string };
  if (code !== 'INVALID_OPTION') return `cannot be read (${code ?? 'no reason is known'})`;
  const [version] = /is of version \d+/.exec(message ?? '') ?? [];
  return version === undefined ? 'holds no state of a sandbox' : `${version}, of another nexconn`;
}

/** Moves a file out of the way; resolves to its new name. */
async function putAside(file: string, companions: readonly string[]): Promise<string> {
  const aside = `${file}.broken-${new Date().toISOString().replaceAll(/[-:]|\..*/g, '')}`;
  await rename(file, aside);
  for (const ending of companions) await rename(`${file}${ending}`, `${aside}${ending}`).catch(() => {});
  return aside;
}

/** A kill -9 in the middle of a write leaves one. */
async function removeDrafts(path: string): Promise<void> {
  const drafts = (await readdir(path)).filter((name) => /^state\.json\.[0-9a-f]{12}$/.test(name));
  for (const name of drafts) await rm(join(path, name), { force: true });
}

async function removeOld(path: string): Promise<void> {
  for (const name of [stateName, tokensName, `${tokensName}-wal`, `${tokensName}-shm`, `${tokensName}-journal`]) {
    await rm(join(path, name), { force: true });
  }
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : 'no reason is known';
}
