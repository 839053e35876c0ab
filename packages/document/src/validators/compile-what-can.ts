import { invalidDocument } from '../errors.js';
import type { ResolvedDocument, ResolvedOperation } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import type { Problem } from '../types.js';
import { addChecks, type CompiledChecks, type ValidatedPart } from './compile-validators.js';

/** The operations that checks can be made for. */
export interface WhatCompiles {
  readonly operations: readonly ResolvedOperation[];
  readonly checks: CompiledChecks;
  /** What is wrong with each of the others. */
  readonly warnings: readonly Problem[];
}

/**
 * Compiles the checks of a document as `compileChecks` does; an operation that none can be made for is left out, with a warning.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem, where none is left
 */
export function compileWhatCan(
  document: Pick<ResolvedDocument, 'bundle' | 'operations'>,
  parts: readonly ValidatedPart[],
  sources: Pick<Sources, 'locate' | 'files'>,
): WhatCompiles {
  const all = document.operations;
  const { problemsOf, finish } = addChecks(document, parts, sources);
  const found = all.map((operation) => ({ operation, problem: problemsOf(operation)[0] }));
  const operations = found.filter(({ problem }) => problem === undefined).map(({ operation }) => operation);
  const warnings = found.flatMap(({ operation, problem }) =>
    problem ? [leftOut(operation, problem, all.length)] : [],
  );
  if (warnings.length > 0 && operations.length === 0) throw invalidDocument(warnings, sources.files());
  return { operations, checks: finish(operations), warnings };
}

function leftOut({ method, path }: ResolvedOperation, problem: Problem, count: number): Problem {
  return count === 1 ? problem : { ...problem, message: `${method} ${path} is left out: ${problem.message}` };
}
