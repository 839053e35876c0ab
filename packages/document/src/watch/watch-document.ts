import { DocumentError } from '../errors.js';
import { loadDocument } from '../load-document.js';
import { stampOf } from '../read/stamp.js';
import type { LoadedDocument } from '../types.js';
import { watchFiles } from './watch-files.js';

/** What becomes of a change, and how it is noticed. */
export interface WatchOptions {
  /** Takes the document after each change of one of its files. What it throws goes to `onError`. */
  readonly onLoad: (loaded: LoadedDocument) => void | Promise<void>;
  /** Takes what is wrong; the document before is the last good one. */
  readonly onError: (error: Error) => void;
  /** How long the files must lie still before they are read, in milliseconds. Default: 50. */
  readonly settleMs?: number | undefined;
  /** How often they are looked at where the system gives no notice, in milliseconds. Default: 1000. */
  readonly pollMs?: number | undefined;
}

/** A watch over a document. */
export interface DocumentWatch extends Disposable {
  /** Ends it at once; nothing is called any more. */
  readonly close: () => void;
}

/**
 * Reads a document again after each change of any of its files, those that are missing included; it does not keep the
 * process alive.
 *
 * @example
 * const loaded = await loadDocument('openapi.yaml');
 * const mock = await startMock({ document: loaded });
 * using watch = watchDocument('openapi.yaml', loaded, { onLoad: mock.useDocument, onError: console.error });
 */
export function watchDocument(
  path: string,
  { files }: Pick<LoadedDocument, 'files'>,
  { onLoad, onError, settleMs = 50, pollMs = 1000 }: WatchOptions,
): DocumentWatch {
  let good = files;
  const ended = new AbortController();
  const { signal } = ended;
  const watch = watchFiles({ settleMs, pollMs }, async () => {
    try {
      const loaded = await loadDocument(path, { signal });
      good = loaded.files;
      watch.setFiles(good);
      if (!signal.aborted) await onLoad(loaded);
    } catch (error) {
      if (error instanceof DocumentError) watch.setFiles(new Map([...asTheyAre(good), ...error.files]));
      if (!signal.aborted) onError(error as Error);
    }
  });
  watch.setFiles(files);

  function close(): void {
    ended.abort();
    watch.close();
  }
  return { close, [Symbol.dispose]: close };
}

/** Files that an attempt to read did not come to; changed or not, they are not what it broke off at. */
function asTheyAre(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files.keys()].map((path) => [path, stampOf(path)]);
}
