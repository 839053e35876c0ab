import type { LoadedDocument } from '@nexconn-kit/document';
import type { Mock } from '@nexconn-kit/mock';
import type { CliContext } from '../../types.js';

/** A document that a mock plays. */
export interface OpenDocument {
  readonly loaded: LoadedDocument;
  /** Has the mock play it anew after each change of its files, and says so, until it is disposed of. */
  readonly follow: (mock: Pick<Mock, 'useDocument'>, context: Pick<CliContext, 'stdout' | 'stderr'>) => Disposable;
}

/** Reads a document. @throws {DocumentError} DOCUMENT_INVALID */
export async function openDocument(path: string): Promise<OpenDocument> {
  // Loaded here, since most mocks play the document of their build, and this takes a quarter of a second.
  const { loadDocument, watchDocument } = await import('@nexconn-kit/document');
  const loaded = await loadDocument(path);
  return {
    loaded,
    follow: (mock, { stdout, stderr }) =>
      watchDocument(path, loaded, {
        async onLoad(changed) {
          await mock.useDocument(changed);
          stdout.write(`Reloaded: ${countOperations(changed)}\n`);
        },
        onError: ({ message }) => stderr.write(`${message}\nNot reloaded: the last good document stays.\n`),
      }),
  };
}

/** `1 operation`, `2 operations`. */
export function countOperations({ operations }: Pick<LoadedDocument, 'operations'>): string {
  const count = Object.keys(operations).length;
  return `${count} ${count === 1 ? 'operation' : 'operations'}`;
}
