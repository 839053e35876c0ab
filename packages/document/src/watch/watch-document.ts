import { callListener } from '../call-listener.js';
import type { OptionNames } from '../check-options.js';
import { DocumentError, optionChecks, refuseOption } from '../errors.js';
import { type LoadOptions, loadDocument } from '../load-document.js';
import { fileVersionOf } from '../read/file-version.js';
import type { LoadedDocument } from '../types.js';
import { watchFiles } from './watch-files.js';

/** The options of `watchDocument`: what a change calls back, how it is noticed, and how the document is read. */
export interface WatchOptions extends Pick<LoadOptions, 'overlays' | 'allowRemote'> {
  /** Called with the document after each change of one of its files. What it throws goes to `onError`. */
  readonly onLoad: (loaded: LoadedDocument) => void | Promise<void>;
  /** Called with what is wrong; the last document that was read without an error stays in force. */
  readonly onError: (error: Error) => void;
  /** How long the files must stay unchanged before they are read, in milliseconds. Default: 50. */
  readonly settleMs?: number | undefined;
  /** How often the files are polled, for file systems without change notifications, in milliseconds. Default: 1000. */
  readonly pollMs?: number | undefined;
}

const names: OptionNames<WatchOptions> = {
  ...{ onLoad: 0, onError: 0, settleMs: 0, pollMs: 0 },
  ...{ overlays: 0, allowRemote: 0 },
};

/** What a timer can wait. */
const times = { unit: 'milliseconds', min: 1, max: 2 ** 31 - 1 };

/** A running watch of a document. */
export interface DocumentWatch extends Disposable {
  /** Ends the watch; neither callback is called from then on. */
  readonly close: () => void;
}

/**
 * Returns a watch that reads a document again after each change of any of its files, missing ones included. It does not
 * keep the process alive.
 *
 * @throws {DocumentError} `INVALID_OPTION`
 * @example
 * const loaded = await loadDocument('openapi.yaml');
 * const mock = await startMock({ document: loaded });
 * using watch = watchDocument('openapi.yaml', loaded, { onLoad: mock.useDocument, onError: console.error });
 */
export function watchDocument(
  path: string,
  loaded: Pick<LoadedDocument, 'files'>,
  options: WatchOptions,
): DocumentWatch {
  const { files } = checkArguments(path, loaded, options);
  const { onLoad, onError, settleMs = 50, pollMs = 1000, overlays, allowRemote } = options;
  let goodFiles = files;
  const ended = new AbortController();
  const { signal } = ended;
  const watch = watchFiles({ settleMs, pollMs }, async () => {
    try {
      const loaded = await loadDocument(path, { overlays, allowRemote, signal });
      goodFiles = loaded.files;
      watch.setFiles(goodFiles);
      if (!signal.aborted) await onLoad(loaded);
    } catch (error) {
      if (error instanceof DocumentError) watch.setFiles(new Map([...asTheyAre(goodFiles), ...error.files]));
      if (!signal.aborted) callListener('onError', onError, error as Error);
    }
  });
  watch.setFiles(files);

  function close(): void {
    ended.abort();
    watch.close();
  }
  return { close, [Symbol.dispose]: close };
}

/** Returns what was loaded. @throws {DocumentError} INVALID_OPTION */
function checkArguments<Loaded extends Pick<LoadedDocument, 'files'>>(
  path: string,
  loaded: Loaded,
  options: WatchOptions,
): Loaded {
  const { checkFunction, checkNames, checkNumber, checkText } = optionChecks;
  checkText('path', path);
  if (!(loaded?.files instanceof Map)) refuseOption('loaded', 'has no files. Pass what loadDocument() returns.');
  checkNames(options, names);
  const { onLoad, onError, settleMs = 50, pollMs = 1000 } = options;
  for (const [name, listener] of Object.entries({ onLoad, onError })) checkFunction(name, listener ?? null);
  for (const [name, ms] of Object.entries({ settleMs, pollMs })) checkNumber(name, ms, times);
  return loaded;
}

/** The files as they are now: those that a failed attempt did not reach are not what it failed at. */
function asTheyAre(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files.keys()].map((path) => [path, fileVersionOf(path)]);
}
