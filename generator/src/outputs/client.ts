import { toClientSettings } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument, ResolvedOperation } from '../types.js';
import { header } from '../typescript/header.js';
import { table, toLiteral, toPropertyKey } from '../typescript/literal.js';
import { type CheckNames, checkNamesOf, operationRow } from '../typescript/operation-rows.js';
import { docComment } from '../typescript/type-writer.js';
import { methodComment } from './methods.js';

/** Where a client comes from. */
const client = '@nexconn-kit/client/api';

/** `client.gen.ts`: an API as `createApiClient` of the client calls it; one operation is one constant, so that bundlers leave out the others. */
export function clientOutput(document: ResolvedDocument, hasValidators: boolean): OutputFile[] {
  const { operations } = document;
  const checks: CheckNames = hasValidators ? checkNamesOf(document) : new Set();
  const rows = operations.map((operation) => ({ operation, ...operationRow(operation, checks) }));
  const types = operations.flatMap(({ typeName }) => ['Errors', 'Request', 'Result'].map((end) => typeName + end));
  const validators = rows.flatMap(({ validators }) => validators);
  const writers = [...new Set(rows.flatMap(({ writers }) => writers))].sort();
  const settings = toClientSettings(document);
  const content = [
    imports(['type ApiDescription', 'type ApiOperation', 'type ApiSettings', ...writers], client),
    imports(
      types.map((name) => `type ${name}`),
      './operations.gen.js',
    ),
    imports(
      validators.filter((name) => name.endsWith('Result')),
      './result-validators.gen.js',
    ),
    imports(['type paths'], './types.gen.js'),
    imports(
      validators.filter((name) => !name.endsWith('Result')),
      './validators.gen.js',
    ),
    '\n/** What all operations of the API have in common: servers, envelope, errors and security schemes. */\n',
    `export const apiSettings: ApiSettings<paths> = ${table(settings, '')};\n`,
    ...rows.map(({ operation, row }) => constant(operation, row)),
    `\n/** Every operation, by its operationId. */\nexport interface ClientOperations {\n${rows
      .map(({ operation }) => `${methodComment(operation)}  readonly ${key(operation)}: ${typeOf(operation)};`)
      .join('\n\n')}\n}\n`,
    '\n/** The API with every operation: `createApiClient(clientApi)`. */\n',
    // A call that is marked as pure is what bundlers leave out; to read or spread a constant may do anything.
    `export const clientApi: ApiDescription<ClientOperations, paths> = /* @__PURE__ */ Object.assign(\n  {\n    operations: {\n${rows
      .map(({ operation }) => `      ${key(operation)}: ${nameOf(operation)},\n`)
      .join('')}    },\n  },\n  apiSettings,\n);\n`,
  ];
  return [{ path: `${document.home.folder}/client.gen.ts`, content: `${header(document)}${content.join('')}` }];
}

function constant(operation: ResolvedOperation, row: object): string {
  const { operationId, method, path } = operation;
  const comment = docComment([`\`${operationId}\`: \`${method} ${path}\`.`], '');
  return `\n${comment}export const ${nameOf(operation)}: ${typeOf(operation)} = ${table(row, '')};\n`;
}

function typeOf({ typeName }: ResolvedOperation): string {
  return `ApiOperation<${typeName}Request, ${typeName}Result, ${typeName}Errors>`;
}

function key({ operationId }: ResolvedOperation): string {
  return toPropertyKey(operationId);
}

function nameOf({ typeName }: ResolvedOperation): string {
  return `${typeName.charAt(0).toLowerCase()}${typeName.slice(1)}Operation`;
}

function imports(names: readonly string[], from: string): string {
  if (names.length === 0) return '';
  const areTypes = names.every((name) => name.startsWith('type '));
  const bare = areTypes ? names.map((name) => name.slice(5)) : names;
  const sorted = [...bare].sort((a, b) => a.replace('type ', '').localeCompare(b.replace('type ', ''), 'en'));
  const line = `import ${areTypes ? 'type ' : ''}{ ${sorted.join(', ')} } from ${toLiteral(from)};\n`;
  return line.length <= 120
    ? line
    : `import ${areTypes ? 'type ' : ''}{\n${sorted.map((name) => `  ${name},\n`).join('')}} from ${toLiteral(from)};\n`;
}
