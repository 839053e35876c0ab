import { setImmediate as nextTick } from 'node:timers/promises';
import type { OpenApiDocument, Validator } from '@nexconn-kit/contract';
import type { OptionNames } from './check-options.js';
import { checkSignal, DocumentError, invalidDocument, optionChecks, refuseOption } from './errors.js';
import { resolveDocument } from './model/resolve-document.js';
import { toOperation } from './model/to-operation.js';
import type { ResolvedDocument, ResolvedOperation } from './model/types.js';
import { overlayDocument } from './overlay/overlay-document.js';
import { bundleDocument } from './read/bundle-document.js';
import { readSources, type Sources } from './read/read-sources.js';
import type { LoadedDocument, Problem } from './types.js';
import { compileValidators } from './validators/compile-validators.js';

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
  await nextTick(undefined, { signal });
  const bundle = bundleDocument(sources);
  await nextTick(undefined, { signal });
  const overlaid = await overlayDocument(process.cwd(), bundle, overlays, sources);
  const resolved = resolveDocument(overlaid.document, sources, 'play');
  await nextTick(undefined, { signal });
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
  const { validators, refused } = compileWhatCanBe(resolved, sources);
  const warnings = [...resolved.warnings, ...refused.values()];
  const operations = resolved.operations.filter(({ operationId }) => !refused.has(operationId));
  if (operations.length === 0 && refused.size > 0) throw invalidDocument([...refused.values()], sources.files());
  const validatorOf = (operationId: string) => validators.get(operationId) ?? (() => []);
  return {
    document: bundle as unknown as OpenApiDocument,
    operations: Object.fromEntries(operations.map((entry) => [entry.operationId, toOperation(entry)])),
    validators: Object.fromEntries(operations.map(({ operationId }) => [operationId, validatorOf(operationId)])),
    errors: Object.fromEntries(errorCodes.map((entry) => [entry.name, entry])),
    envelope,
    warnings,
    files: sources.files(),
  };
}

/** The validators of operations, and by operationId what is wrong with those that none can be made for. */
interface Compiled {
  readonly validators: ReadonlyMap<string, Validator>;
  readonly refused: ReadonlyMap<string, Problem>;
}

function compileWhatCanBe(resolved: ResolvedDocument, sources: Sources): Compiled {
  const validators = new Map<string, Validator>();
  const refused = new Map<string, Problem>();
  const { operations } = resolved;
  // All at once, since most schemas are of many operations; where one is wrong, those that have it are found by halves.
  function compile(some: readonly ResolvedOperation[]): void {
    try {
      const compiled = compileValidators({ ...resolved, operations: [...some] }, sources);
      for (const [operationId, validator] of compiled) validators.set(operationId, validator);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const [first] = some;
      const [problem] = error.problems;
      if (some.length > 1) for (const half of halves(some)) compile(half);
      else if (first && problem) refused.set(first.operationId, leftOut(first, problem, operations.length));
    }
  }
  compile(operations.filter(({ body }) => body !== null));
  return { validators, refused };
}

function leftOut({ method, path }: ResolvedOperation, problem: Problem, count: number): Problem {
  return count === 1 ? problem : { ...problem, message: `${method} ${path} is left out: ${problem.message}` };
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
