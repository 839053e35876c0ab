import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { fileVersionOf } from '../read/file-version.js';
import { clearInterval, clearTimeout, setInterval, setTimeout } from '../system-time.js';

/** The times of a watch. */
export interface WatchTiming {
  /** How long files must stay unchanged before a change counts, in milliseconds. */
  readonly settleMs: number;
  /** How often files are polled without a notification of the system, in milliseconds. */
  readonly pollMs: number;
}

/** A running watch of files that may appear and disappear. */
export interface FileWatch {
  /** Replaces the watched files; each with its version when it was read. */
  readonly setFiles: (files: ReadonlyMap<string, string>) => void;
  readonly close: () => void;
}

/** Each folder takes a watcher of the system, of which there are few; files in further folders are polled only. */
const maxFolders = 100;

/** After so many looks, a file that keeps changing is read as it is. */
const maxLooks = 20;

/**
 * Returns a watch that calls back after a change of the files, never while the last call is still running.
 *
 * Folders are watched, since an editor that saves by renaming takes a watched file away. Whether something changed is
 * read from the files alone: notifications get lost on some file systems, and when a folder is replaced.
 */
export function watchFiles({ settleMs, pollMs }: WatchTiming, onChange: () => Promise<void>): FileWatch {
  let versionsRead: ReadonlyMap<string, string> = new Map();
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let seen = '';
  let looks = 0;
  let busy = false;
  let closed = false;

  function lookSoon(): void {
    if (!closed) timer ??= setTimeout(look, settleMs);
  }

  function look(): void {
    timer = undefined;
    if (busy) return;
    const versions = new Map([...versionsRead.keys()].map((path) => [path, fileVersionOf(path)]));
    if ([...versions].every(([path, version]) => version === versionsRead.get(path))) return;
    const found = [...versions.values()].join('\n');
    looks += 1;
    if (found === seen || looks > maxLooks) {
      versionsRead = versions;
      call();
    } else {
      seen = found;
      lookSoon();
    }
  }

  async function call(): Promise<void> {
    busy = true;
    looks = 0;
    seen = '';
    try {
      await onChange();
    } finally {
      busy = false;
    }
    lookSoon();
  }

  function watchFolder(folder: string): FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, lookSoon);
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      // The folder is gone, or the system has no watcher left.
      return [];
    }
  }

  function watchFolders(): void {
    const before = watchers;
    const folders = new Set([...versionsRead.keys()].map((path) => dirname(path)));
    // All anew: under the name of a folder there may be another one by now.
    watchers = closed ? [] : [...folders].slice(0, maxFolders).flatMap(watchFolder);
    for (const watcher of before) watcher.close();
  }

  const poll = setInterval(lookSoon, pollMs).unref();
  return {
    setFiles(files) {
      versionsRead = files;
      watchFolders();
      lookSoon();
    },
    close() {
      closed = true;
      clearInterval(poll);
      clearTimeout(timer);
      watchFolders();
    },
  };
}
