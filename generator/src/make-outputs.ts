import { DocumentError } from '@nexconn-kit/document';
import { bundleDocument, compileChecks, readSources, resolveDocument } from '@nexconn-kit/document/compiler';
import { downloadsOutput } from './downloads/downloads.js';
import { GenerateError, generateFailed } from './errors.js';
import { checkOwner, findDocuments } from './find-documents.js';
import { lintDocument } from './lint/lint-document.js';
import { documentOutput } from './outputs/document.js';
import { entryOutput } from './outputs/entry.js';
import { errorCatalogueOutput } from './outputs/error-catalogue.js';
import { methodsOutput } from './outputs/methods.js';
import { sampleIndexOutput, samplesOutput } from './outputs/samples.js';
import { signingVectorsOutput } from './outputs/signing-vectors.js';
import { standardSchemasOutput } from './outputs/standard-schemas.js';
import { tablesOutput } from './outputs/tables.js';
import { typesOutput } from './outputs/types.js';
import { validatedParts, validatorsOutput } from './outputs/validators.js';
import { readmeTablesOutput } from './readmes/readme-tables.js';
import type { FoundDocument, OutputFile, ResolvedDocument } from './types.js';

/**
 * Returns every generated file of a repository, with its content.
 *
 * @throws {GENERATE_FAILED} with every problem found, of every document.
 */
export async function makeOutputs(root: string): Promise<OutputFile[]> {
  const found = await findDocuments(root);
  const made = await collectProblems(found.map((document) => makeDocument(root, document)));
  const documents = made.map(({ document }) => document);
  return [
    ...made.flatMap(({ outputs }) => outputs),
    ...sampleIndexOutput(documents),
    ...(await signingVectorsOutput(root)),
    ...(await readmeTablesOutput(root, documents)),
  ];
}

async function makeDocument(
  root: string,
  found: FoundDocument,
): Promise<{ document: ResolvedDocument; outputs: OutputFile[] }> {
  const sources = await readSources(root, found.source);
  // Our own checks speak alone where both object: their words are plainer.
  const resolved = resolveDocument(bundleDocument(sources), sources);
  const linted = await lintDocument(root, found.source);
  if (linted.length > 0) throw generateFailed(linted);
  checkOwner(found, resolved.isOwnServer);
  const document = { ...found, ...resolved };
  const outputs = [
    ...typesOutput(document),
    ...validatorsOutput(document, compileChecks(document, validatedParts(document), sources)),
    ...standardSchemasOutput(document),
    ...errorCatalogueOutput(document),
    ...documentOutput(document),
    ...methodsOutput(document),
    ...tablesOutput(document),
    ...entryOutput(document),
    ...samplesOutput(document),
    ...downloadsOutput(document),
  ];
  return { document, outputs };
}

async function collectProblems<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  const failures = settled.filter((result) => result.status === 'rejected').map(({ reason }) => reason as Error);
  const problems = failures.flatMap((failure) => {
    if (failure instanceof GenerateError || failure instanceof DocumentError) return failure.problems;
    throw failure;
  });
  if (problems.length > 0) throw generateFailed(problems);
  return settled.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
}
