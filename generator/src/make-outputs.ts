import { bundleDocument } from './bundle-document.js';
import { GenerateError } from './errors.js';
import { type FoundDocument, findDocuments } from './find-documents.js';
import { lintDocument } from './lint-document.js';
import { documentOutput } from './outputs/document.js';
import { entryOutput } from './outputs/entry.js';
import { errorCatalogueOutput } from './outputs/error-catalogue.js';
import { methodsOutput } from './outputs/methods.js';
import { operationsOutput } from './outputs/operations.js';
import { readmeTablesOutput } from './outputs/readme-tables.js';
import { typesOutput } from './outputs/types.js';
import { validatorsOutput } from './outputs/validators.js';
import { readSources } from './read-sources.js';
import { resolveDocument } from './resolve-document.js';
import type { OutputFile, ResolvedDocument } from './types.js';

/**
 * Makes every generated file of a repository, in memory.
 *
 * @throws {GENERATE_FAILED} with every problem found, of every document.
 */
export async function makeOutputs(root: string): Promise<OutputFile[]> {
  const found = await findDocuments(root);
  const made = await collectProblems(found.map((document) => makeDocument(root, document)));
  const readmes = await readmeTablesOutput(
    root,
    made.map(({ document }) => document),
  );
  return [...made.flatMap(({ outputs }) => outputs), ...readmes];
}

async function makeDocument(
  root: string,
  found: FoundDocument,
): Promise<{ document: ResolvedDocument; outputs: OutputFile[] }> {
  const sources = await readSources(root, found.source);
  // Our own checks speak first where both object: their words are plainer.
  const [linted, document] = await Promise.allSettled([
    lintDocument(root, found.source),
    bundleDocument(root, found.source, sources).then((bundle) => resolveDocument(found, bundle, sources)),
  ]);
  if (document.status === 'rejected') throw document.reason;
  if (linted.status === 'rejected') throw linted.reason;
  if (linted.value.length > 0) throw new GenerateError(linted.value);
  const outputs = [
    ...(await typesOutput(document.value)),
    ...operationsOutput(document.value),
    ...validatorsOutput(document.value, sources),
    ...errorCatalogueOutput(document.value),
    ...documentOutput(document.value),
    ...methodsOutput(document.value),
    ...entryOutput(document.value),
  ];
  return { document: document.value, outputs };
}

async function collectProblems<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  const failures = settled.filter((result) => result.status === 'rejected').map(({ reason }) => reason as Error);
  const other = failures.find((failure) => !(failure instanceof GenerateError));
  if (other !== undefined) throw other;
  if (failures.length > 0) throw new GenerateError(failures.flatMap((failure) => (failure as GenerateError).problems));
  return settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
}
