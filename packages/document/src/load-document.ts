import { setImmediate as nextTick } from 'node:timers/promises';
import type { ApiDescription, OpenApiDocument } from '@nexconn-kit/contract';
import type { OptionNames } from './check-options.js';
import { checkSignal, optionChecks } from './errors.js';
import { resolveDocument } from './model/resolve-document.js';
import { toOperation } from './model/to-operation.js';
import type { ResolvedDocument } from './model/types.js';
import { bundleDocument } from './read/bundle-document.js';
import { readSources, type Sources } from './read/read-sources.js';
import type { LoadedDocument } from './types.js';
import { compileValidators } from './validators/compile-validators.js';

/** The options of `loadDocument`. */
export interface LoadOptions {
  /** Aborts reading: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const names: OptionNames<LoadOptions> = { signal: 0 };

/**
 * Returns an OpenAPI 3.1 document, with every file that it refers to, as the API that a mock plays.
 *
 * Nothing is fetched: a `$ref` to another host is an error. Messages name files as seen from the working directory.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem that was found, or `INVALID_OPTION`; as a rejection
 * @example
 * const mock = await startMock({ document: await loadDocument('openapi.yaml') });
 */
export async function loadDocument(path: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  optionChecks.checkText('path', path);
  optionChecks.checkNames(options, names);
  const signal = checkSignal(options.signal);
  const sources = await readSources(process.cwd(), path);
  // A large document takes a tenth of a second a step; the event loop runs in between.
  await nextTick(undefined, { signal });
  const bundle = await bundleDocument(sources);
  await nextTick(undefined, { signal });
  const resolved = resolveDocument(bundle, sources);
  await nextTick(undefined, { signal });
  return { ...makeApi(resolved, sources), files: sources.files() };
}

function makeApi(resolved: ResolvedDocument, sources: Sources): ApiDescription {
  const { bundle, operations, envelope, errorCodes } = resolved;
  const validators = compileValidators(resolved, sources);
  const validatorOf = (operationId: string) => validators.get(operationId) ?? (() => []);
  return {
    document: bundle as unknown as OpenApiDocument,
    operations: Object.fromEntries(operations.map((entry) => [entry.operationId, toOperation(entry)])),
    validators: Object.fromEntries(operations.map(({ operationId }) => [operationId, validatorOf(operationId)])),
    errors: Object.fromEntries(errorCodes.map((entry) => [entry.name, entry])),
    envelope,
  };
}
