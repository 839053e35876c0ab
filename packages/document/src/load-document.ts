import { setImmediate as nextIteration } from 'node:timers/promises';
import type { OpenApiDocument } from '@nexconn-kit/contract';
import type { OptionNames } from './check-options.js';
import { checkSignal, optionChecks, refuseOption } from './errors.js';
import { resolveDocument } from './model/resolve-document.js';
import { toOperation } from './model/resolve-operation.js';
import type { ResolvedDocument } from './model/types.js';
import { overlayDocument } from './overlay/overlay-document.js';
import { bundleDocument } from './read/bundle-document.js';
import { readSources, type Sources } from './read/read-sources.js';
import type { LoadedDocument } from './types.js';
import { toValidators } from './validators/compile-validators.js';
import { compileWhatCan } from './validators/compile-what-can.js';

/** The options of `loadDocument`. */
export interface LoadOptions {
  /** Paths of OpenAPI Overlays, which are applied in this order before anything else is read of the document. Default: none. */
  readonly overlays?: readonly string[] | undefined;
  /** Whether a `$ref` to another host is followed. Default: false. */
  readonly allowRemote?: boolean | undefined;
  /** Aborts reading: the promise rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const names: OptionNames<LoadOptions> = { overlays: 0, allowRemote: 0, signal: 0 };

/**
 * Returns an OpenAPI document of 3.0, 3.1 or 3.2, with every file that it refers to, as the API that a mock plays.
 *
 * What cannot be played of it is left out, and told by a warning, as is what looks like a mistake. Nothing is fetched unless `allowRemote` is set: a `$ref` to
 * another host leaves out what has it. Messages name files as seen from the working directory.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem that was found, or `INVALID_OPTION`; as a rejection
 * @example
 * const mock = await startMock({ document: await loadDocument('openapi.yaml') });
 */
export async function loadDocument(path: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  optionChecks.checkText('path', path);
  optionChecks.checkNames(options, names);
  const signal = checkSignal(options.signal);
  const { allowRemote, overlays } = checkOptions(options);
  const sources = await readSources(process.cwd(), path, { allowRemote, signal });
  // A large document takes a tenth of a second a step; the event loop runs in between.
  await nextIteration(undefined, { signal });
  const bundle = bundleDocument(sources);
  await nextIteration(undefined, { signal });
  const overlaid = await overlayDocument(process.cwd(), bundle, overlays, sources);
  const resolved = resolveDocument(overlaid.document, sources, 'play');
  await nextIteration(undefined, { signal });
  const loaded = makeApi(resolved, sources);
  return {
    ...loaded,
    warnings: [...overlaid.warnings, ...loaded.warnings],
    files: new Map([...loaded.files, ...overlaid.files]),
  };
}

function checkOptions({ overlays = [], allowRemote = false }: LoadOptions): Pick<
  Required<LoadOptions>,
  'allowRemote'
> & {
  readonly overlays: readonly string[];
} {
  if (!Array.isArray(overlays)) refuseOption('overlays', 'is no list. Pass the paths of OpenAPI Overlays.');
  for (const path of overlays) optionChecks.checkText('overlays', path);
  if (typeof allowRemote !== 'boolean') refuseOption('allowRemote', 'is neither true nor false.');
  return { overlays, allowRemote };
}

function makeApi(resolved: ResolvedDocument, sources: Sources): LoadedDocument {
  const { bundle, envelope, errorCodes } = resolved;
  const { operations, checks, warnings } = compileWhatCan(resolved, ['query', 'request'], sources);
  const { query: queryValidators, request: validators } = toValidators(checks, operations);
  const validatorOf = (operationId: string) => validators.get(operationId) ?? (() => []);
  return {
    document: bundle as unknown as OpenApiDocument,
    operations: Object.fromEntries(operations.map((entry) => [entry.operationId, toOperation(entry)])),
    validators: Object.fromEntries(operations.map(({ operationId }) => [operationId, validatorOf(operationId)])),
    ...(queryValidators.size > 0 && { queryValidators: Object.fromEntries(queryValidators) }),
    errors: Object.fromEntries(errorCodes.map((entry) => [entry.name, entry])),
    envelope,
    warnings: [...resolved.warnings, ...warnings],
    files: sources.files(),
  };
}
