import { toClientSettings } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { imports } from '../typescript/imports.js';
import { table, toLiteral, toPropertyKey } from '../typescript/literal.js';
import { type CheckNames, checkNamesOf, operationRow } from '../typescript/operation-rows.js';
import { declareParts, shareParts } from '../typescript/shared-parts.js';
import { methodComment } from './methods.js';
import { hasErrorBodies } from './operations.js';

/** Where a client comes from. */
const client = '@nexconn-kit/client/api';

/** `client.gen.ts`: an API as `createApiClient` of the client calls it; one operation is one constant, so that bundlers leave out the others. */
export function clientOutput(document: ResolvedDocument, hasValidators: boolean): OutputFile[] {
  const { operations } = document;
  const checks: CheckNames = hasValidators ? checkNamesOf(document) : new Set();
  const rows = operations.map((operation) => {
    return { operation, ...operationRow(operation, checks, (part) => (part === 'result' ? 'results.' : 'requests.')) };
  });
  const shared = shareParts(Object.fromEntries(rows.map(({ operation, row }) => [operation.operationId, row])), 40);
  const validators = rows.flatMap(({ validators }) => validators);
  const writers = rows.flatMap(({ writers }) => writers);
  const hasSome = (kind: string): boolean => validators.some((name) => name.startsWith(`${kind}.`));
  const settings = 'export const apiSettings: ApiSettings<paths> = ';
  const content = [
    imports(
      ['type ApiDescription', ...(operations.length > 0 ? ['type ApiOperation'] : []), 'type ApiSettings', ...writers],
      client,
    ),
    operations.length === 0 ? '' : "import type * as types from './operations.gen.js';\n",
    hasSome('results') ? "import * as results from './result-validators.gen.js';\n" : '',
    imports(['type paths'], './types.gen.js'),
    hasSome('requests') ? "import * as requests from './validators.gen.js';\n" : '',
    '\n/** What all operations of the API have in common: servers, envelope, errors and security schemes. */\n',
    `${settings}${table(toClientSettings(document), '', settings.length)};\n`,
    `\n${declareParts(shared)}`,
    ...(operations.length === 0 ? [] : [operationOf, '\n// Each is described where `ClientOperations` has it.\n']),
    operations.map((operation) => constant(operation, Reflect.get(shared.value, operation.operationId))).join('\n'),
    `\n/** Every operation, by its operationId. */\nexport interface ClientOperations {\n${rows
      .map(({ operation }) => `${methodComment(operation)}  readonly ${key(operation)}: typeof ${nameOf(operation)};\n`)
      .join('')}}\n`,
    '\n/** The API with every operation: `createApiClient(clientApi)`. */\n',
    // A call that is marked as pure is what bundlers leave out; to read or spread a constant may do anything.
    `export const clientApi: ApiDescription<ClientOperations, paths> = /* @__PURE__ */ Object.assign(\n  {\n    operations: {\n${rows
      .map(({ operation }) => `      ${key(operation)}: ${nameOf(operation)},\n`)
      .join('')}    },\n  },\n  apiSettings,\n);\n`,
  ];
  return [{ path: `${document.home.folder}/client.gen.ts`, content: `${header(document)}${content.join('')}` }];
}

function constant(operation: ResolvedOperation, row: object): string {
  return `export const ${nameOf(operation)}: ${typeOf(operation)} = ${table(row, '', 120)};\n`;
}

const operationOf = `/** An operation with the types of its request and its result, and with those of its errors where the document has some. */
type OperationOf<Id extends types.OperationId, Errors = object> = ApiOperation<
  types.OperationRequests[Id],
  types.OperationResults[Id],
  Errors
>;
`;

function typeOf(operation: ResolvedOperation): string {
  const id = toLiteral(operation.operationId);
  const errors = `types.${operation.typeName}Errors`;
  if (!hasErrorBodies(operation)) return `OperationOf<${id}>`;
  const line = `OperationOf<${id}, ${errors}>`;
  const isLong = `export const ${nameOf(operation)}: ${line} = {`.length > 120;
  return isLong ? `OperationOf<\n  ${id},\n  ${errors}\n>` : line;
}

function key({ operationId }: ResolvedOperation): string {
  return toPropertyKey(operationId);
}

function nameOf({ typeName }: ResolvedOperation): string {
  return `${typeName.charAt(0).toLowerCase()}${typeName.slice(1)}Operation`;
}
