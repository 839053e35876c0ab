import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dereference, isObject } from '@nexconn-kit/document/compiler';
import { generateFailed } from '../errors.js';
import type { OutputFile, ResolvedDocument, Schema } from '../types.js';
import { describeLimits, describeRateLimit } from '../typescript/describe-limits.js';
import { type ErrorArea, errorPage, readErrorAreas } from './error-page.js';
import { optionRows } from './option-table.js';

/** What the text between two markers is made of. */
interface Marked {
  readonly root: string;
  /** Those that the marker is about. */
  readonly documents: readonly ResolvedDocument[];
  readonly areas: readonly ErrorArea[];
}

/** What is made of the documents of a name, or of all but servers of one's own. */
const ofDocuments: Record<string, (documents: readonly ResolvedDocument[]) => string[][]> = {
  operations: operationRows,
  limits: limitRows,
};
const guideFolder = 'packages/docs/site/guides';
const tableNames = [...Object.keys(ofDocuments), 'error-page', 'options'];

/**
 * Tables of READMEs, guides and pages to look things up between `<!-- generated:operations -->` and `<!-- /generated -->`; also `limits`.
 * `<!-- generated:operations nexconn -->` takes one document of several; without a name it is all but servers of
 * one's own. `<!-- generated:error-page -->` is what the files of `spec/errors/` say.
 * `<!-- generated:options signing.SignRequestOptions -->` is what the docstrings of that type say.
 */
export async function readmeTablesOutput(root: string, documents: readonly ResolvedDocument[]): Promise<OutputFile[]> {
  const outputs: OutputFile[] = [];
  const areas = await readErrorAreas(root, documents);
  for (const path of await findReadmes(root)) {
    const text = await readFile(join(root, path), 'utf8');
    if (text.includes('<!-- generated:'))
      outputs.push({ path, content: fillTables(path, text, { root, documents, areas }) });
  }
  return outputs;
}

async function findReadmes(root: string): Promise<string[]> {
  const folder = join(root, 'packages');
  const names = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const guides = existsSync(join(root, guideFolder)) ? (await readdir(join(root, guideFolder))).sort() : [];
  const paths = [
    'README.md',
    ...names.map((name) => `packages/${name}/README.md`),
    'generator/README.md',
    'packages/docs/site/errors.md',
    'packages/docs/site/options.md',
    ...guides.map((name) => `${guideFolder}/${name}`),
  ];
  return paths.filter((path) => existsSync(join(root, path)));
}

function fillTables(path: string, text: string, { root, documents, areas }: Marked): string {
  const marker = /<!-- generated:([\w-]+)(?: ([\w.-]+))? -->(?:([\s\S]*?)<!-- \/generated -->)?/g;
  return text.replace(
    marker,
    (match, table: string, name: string | undefined, content: string | undefined, at: number) => {
      const fail = (message: string, hint: string): never => {
        const line = text.slice(0, at).split('\n').length;
        throw generateFailed([{ file: path, line, column: 1, pointer: '', message, hint }]);
      };
      const rows = ofDocuments[table];
      if (!tableNames.includes(table)) {
        return fail(`There is no generated table ${table}.`, `Choose one of ${tableNames.join(', ')}.`);
      }
      if (content === undefined || content.includes('<!-- generated:')) {
        return fail(`The table ${table} has no end.`, 'Write <!-- /generated --> after it.');
      }
      const chosen = documents.filter((document) =>
        name === undefined ? !document.isOwnServer : document.name === name,
      );
      if (rows && chosen.length === 0) return fail(`There is no document ${name}.`, 'Name a folder of spec/.');
      const made =
        table === 'error-page' ? errorPage(areas) : markdownTable(rows ? rows(chosen) : optionRows(root, `${name}`));
      const open = match.slice(0, match.indexOf('-->') + 3);
      return `${open}\n\n${made}\n\n<!-- /generated -->`;
    },
  );
}

function operationRows(documents: readonly ResolvedDocument[]): string[][] {
  const operations = documents.flatMap((document) => document.operations);
  const hasLimits = operations.some(({ rateLimit }) => rateLimit !== null);
  const rows = operations.map(({ operationId, method, path, summary, rateLimit }) => [
    `\`${operationId}\``,
    `\`${method} ${path}\``,
    summary,
    ...(hasLimits ? [describeRateLimit(rateLimit)] : []),
  ]);
  return [['operation', 'call', 'what it does', ...(hasLimits ? ['rate limit'] : [])], ...rows];
}

function limitRows(documents: readonly ResolvedDocument[]): string[][] {
  const rows = documents.flatMap(({ bundle, operations }) =>
    operations.flatMap(({ operationId, parameters, body }) => {
      const fields = [...(body?.shape.properties ?? [])].map(([name, schema]) => ({
        name,
        schema,
        required: body?.shape.required.has(name) === true,
      }));
      return [...parameters, ...fields].map(({ name, schema, required }) => [
        `\`${operationId}\``,
        `\`${name}\``,
        required ? 'yes' : 'no',
        limitsOf(bundle, schema).join('; '),
      ]);
    }),
  );
  return [['operation', 'field', 'required', 'limits'], ...rows];
}

function limitsOf(bundle: ResolvedDocument['bundle'], schema: Schema): string[] {
  const target = isObject(schema) && typeof schema.$ref === 'string' ? dereference(bundle, schema) : true;
  return [...describeLimits((target ?? true) as Schema), ...describeLimits(schema)];
}

function markdownTable([head = [], ...rows]: readonly string[][]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
