import { toOperation } from '@nexconn-kit/document/compiler';
import type { ResolvedOperation } from '../types.js';
import { table, toPropertyKey } from '../typescript/literal.js';
import { declareParts, shareParts } from '../typescript/shared-parts.js';

/** From so many operations on, a function that fills in what they have alike is shorter than what it fills in. */
const manyOperations = 12;

/** Whether a file of these operations has functions of its own that fill in what they have alike. */
export function isCompact(operations: readonly ResolvedOperation[]): boolean {
  return operations.length >= manyOperations;
}

/** What an operation has where the row of a compact table does not tell it. */
const usual = { parameters: [], body: null, rateLimit: null, successStatus: 200, hasAnswerBody: true };

const usualRows = `/** What an operation has where its row does not tell it. */
const usual = ${table(usual, '', 14)} as const;

type Row = Omit<Operation, 'operationId' | keyof typeof usual> & Partial<Operation>;

/** Returns the table of these rows. */
function tableOf(rows: Readonly<Record<OperationId, Row>>): Readonly<Record<OperationId, Operation>> {
  const entries = Object.entries<Row>(rows).map(([operationId, row]) => [operationId, { operationId, ...usual, ...row }]);
  return Object.fromEntries(entries) as Record<OperationId, Operation>;
}

`;

/** Returns the code of the table of operations, by operationId. */
export function operationTable(operations: readonly ResolvedOperation[]): string {
  const fills = isCompact(operations);
  const rows = operations.map((each) => [each.operationId, fills ? unusual(toOperation(each)) : toOperation(each)]);
  const shared = shareParts(Object.fromEntries(rows), 40);
  const lines = Object.entries(shared.value).map(([id, row]) => `  ${toPropertyKey(id)}: ${table(row, '  ', 120)},\n`);
  const text = `{\n${lines.join('')}}`;
  return [
    fills ? usualRows : '',
    declareParts(shared),
    '/** Every operation: how it is called and what it answers. */\n',
    'export const operationTable: Readonly<Record<OperationId, Operation>> = ',
    fills ? `/* @__PURE__ */ tableOf(${text});` : `${text};`,
  ].join('');
}

/** Returns what of a row is not usual. */
function unusual(row: object): object {
  const isUnusual = ([key, value]: [string, unknown]): boolean => {
    return key !== 'operationId' && JSON.stringify(Reflect.get(usual, key)) !== JSON.stringify(value);
  };
  return Object.fromEntries(Object.entries(row).filter(isUnusual));
}
