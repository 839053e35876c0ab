import { DocumentError, invalidDocument } from '../errors.js';
import type { ResolvedDocument, ResolvedOperation } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import type { Problem } from '../types.js';
import { type CompiledChecks, compileChecks, type ValidatedPart } from './compile-validators.js';

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
  const { bundle, operations: all } = document;
  const compile = (some: readonly ResolvedOperation[]): CompiledChecks =>
    compileChecks({ bundle, operations: [...some] }, parts, sources);
  const refused = new Map<ResolvedOperation, Problem>();

  // All at once, since most schemas are of many operations; where one is wrong, those that have it are found by halves.
  function tryThem(some: readonly ResolvedOperation[]): CompiledChecks | undefined {
    try {
      return compile(some);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const [first] = some;
      const [problem] = error.problems;
      if (some.length > 1) for (const half of halves(some)) tryThem(half);
      else if (first && problem) refused.set(first, leftOut(first, problem, all.length));
      return undefined;
    }
  }

  const checks = tryThem(all);
  if (checks) return { operations: all, checks, warnings: [] };
  const operations = all.filter((operation) => !refused.has(operation));
  const warnings = [...refused.values()];
  if (operations.length === 0) throw invalidDocument(warnings, sources.files());
  return { operations, checks: compile(operations), warnings };
}

function leftOut({ method, path }: ResolvedOperation, problem: Problem, count: number): Problem {
  return count === 1 ? problem : { ...problem, message: `${method} ${path} is left out: ${problem.message}` };
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
