import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** A file that is written beside the one whose place it takes once it is whole. Disposing of it before that removes it. */
export interface Draft extends AsyncDisposable {
  readonly file: FileHandle;
  /** Puts it in its place. */
  readonly commit: () => Promise<void>;
}

/**
 * Creates a draft of a file, for its owner alone. Its name is random: in a folder that containers share, the numbers of their
 * processes are the same. One that is there already is another's, or a link that is not followed.
 */
export async function openDraft(path: string): Promise<Draft> {
  const name = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(name, 'wx', 0o600);
  let isInPlace = false;
  return {
    file,
    async commit() {
      await file.close();
      await rename(name, path);
      isInPlace = true;
    },
    async [Symbol.asyncDispose]() {
      if (isInPlace) return;
      await file.close().catch(() => {});
      await rm(name, { force: true });
    },
  };
}
