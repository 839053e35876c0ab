import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../../errors.js';

/** Where a checkout of this project has the document that its mock is built of. */
const documentOfCheckout = 'spec/nexconn/openapi.yaml';

/**
 * Gives the path of the document that a mock is to play; undefined for the one of its build, which no file can change.
 *
 * @throws {CliError} USAGE where it is to be watched and there is none
 */
export function findDocument(
  { document, watch }: { document?: string; watch?: boolean },
  folder: string = process.cwd(),
): string | undefined {
  if (document !== undefined || !watch) return document;
  if (existsSync(resolve(folder, documentOfCheckout))) return documentOfCheckout;
  const message = `--watch needs a document. Name it with --document; there is no ${documentOfCheckout} in this folder.`;
  throw new CliError('USAGE', message);
}
