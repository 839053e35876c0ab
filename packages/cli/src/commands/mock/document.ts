import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedDocument, LoadOptions } from '@nexconn-kit/document';
import type { Mock } from '@nexconn-kit/mock';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { documentOfBuild, warningLines } from '../../options/document.js';

/** The path, in a checkout of this project, of the document that its mock is built from. */
const documentOfCheckout = 'spec/nexconn/openapi.yaml';

/** A document that a mock plays. */
export interface OpenDocument {
  readonly loaded: LoadedDocument;
  /** Reloads it into the mock after each change of its files, with a line on stdout, until it is disposed of. */
  readonly follow: (mock: Pick<Mock, 'useDocument'>, context: Pick<CliContext, 'stdout' | 'stderr'>) => Disposable;
}

/**
 * Returns the path of the document that a mock is to play; undefined for the one of its build as it is, which cannot be watched.
 *
 * @throws {CliError} USAGE where it is to be watched and there is none
 */
export function findDocument(
  { document, overlay, watch }: { document?: string; overlay?: readonly string[]; watch?: boolean },
  folder: string = process.cwd(),
): string | undefined {
  if (document !== undefined) return document;
  if (!watch) return overlay === undefined ? undefined : documentOfBuild();
  if (existsSync(resolve(folder, documentOfCheckout))) return documentOfCheckout;
  const message = `--watch needs a document. Name it with --document; there is no ${documentOfCheckout} in this folder.`;
  throw new CliError(message, { code: 'USAGE' });
}

/** How a document is read. */
export type ReadOptions = Pick<LoadOptions, 'overlays' | 'allowRemote'>;

/** Returns the document of a file. @throws {DocumentError} DOCUMENT_INVALID */
export async function openDocument(path: string, options: ReadOptions = {}): Promise<OpenDocument> {
  // Imported here: most mocks play the document of their build, and this takes a quarter of a second.
  const { loadDocument, watchDocument } = await import('@nexconn-kit/document');
  const loaded = await loadDocument(path, options);
  return {
    loaded,
    follow: (mock, { stdout, stderr }) =>
      watchDocument(path, loaded, {
        ...options,
        async onLoad(changed) {
          await mock.useDocument(changed);
          stdout.write(`Reloaded: ${countOperations(changed)}\n`);
          stderr.write(warningLines(changed));
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
