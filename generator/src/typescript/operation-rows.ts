import { isValidated, toClientRow, type ValidatedPart } from '@nexconn-kit/document/compiler';
import type { ResolvedDocument, ResolvedOperation } from '../types.js';
import { Expression } from './literal.js';

/** An operation as the client reads it, and what its row names of other modules. */
export interface OperationRow {
  readonly row: object;
  /** Functions of the client that write or read what is not JSON. */
  readonly writers: readonly string[];
  readonly validators: readonly string[];
}

/** What of an operation's checks there is. */
export type CheckNames = ReadonlySet<string>;

/**
 * Returns an operation's row for its client; `checks` are the names of the validators that check anything, and `from` returns what
 * stands before that of a part: the name of its module and a dot, where that is imported as a whole.
 */
export function operationRow(
  operation: ResolvedOperation,
  checks: CheckNames,
  from: (part: ValidatedPart) => string = () => '',
): OperationRow {
  const writers: string[] = [];
  const validators: string[] = [];
  const noted = (names: string[], name: string): Expression => {
    names.push(name);
    return new Expression(name);
  };
  const row = toClientRow(operation, {
    writer: (name) => noted(writers, name),
    validator(part) {
      const name = checkNameOf(operation, part);
      return checks.has(name) ? noted(validators, `${from(part)}${name}`) : undefined;
    },
  });
  return { row, writers, validators };
}

/** Returns the names of the validators of a document that check anything. */
export function checkNamesOf({ operations }: Pick<ResolvedDocument, 'operations'>): CheckNames {
  const names = operations.flatMap((operation) =>
    (['parameters', 'request', 'result'] as const)
      .filter((part) => isValidated(operation, part))
      .map((part) => checkNameOf(operation, part)),
  );
  return new Set(names);
}

function checkNameOf({ typeName }: ResolvedOperation, part: ValidatedPart): string {
  return `validate${typeName}${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}
