import { toClientSettings } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { imports } from '../typescript/imports.js';
import { table } from '../typescript/literal.js';
import { checkNamesOf, operationRow } from '../typescript/operation-rows.js';

/** `tables.gen.ts`: what the client reads of a document as it runs, and nothing else, since its users carry it along. */
export function tablesOutput(document: ResolvedDocument): OutputFile[] {
  const { name, isOwnServer } = document;
  if (isOwnServer) return [];
  const { envelope, errors } = toClientSettings(document);
  const checks = checkNamesOf(document);
  const rows = document.operations.map((operation) => operationRow(operation, checks));
  const validators = rows.flatMap(({ validators }) => validators);
  const sections = [
    `import type { Envelope } from '@nexconn-kit/contract';\n${[
      imports(
        validators.filter((name) => !name.endsWith('Result')),
        '@nexconn-kit/contract/request-validators',
      ),
      imports(
        validators.filter((name) => name.endsWith('Result')),
        '@nexconn-kit/contract/result-validators',
      ),
      imports(
        rows.flatMap(({ writers }) => writers),
        '../../writers/writers.js',
      ),
    ].join('')}import type { DocumentedError, Operation } from '../../table-types.js';\n`,
    `/** Every operation. */\nexport const operations: readonly Operation[] = ${table(
      rows.map(({ row }) => withoutSecurity(row)),
      '',
    )};\n`,
    `/** The base URLs of each region, the primary one first. */\nexport const baseUrlsByRegion: Readonly<Record<string, readonly string[]>> = ${table(hostsOf(document), '')};\n`,
    `/** Every error by its business code. */\nexport const errors: Readonly<Record<number, DocumentedError>> = ${table(errors, '')};\n`,
    `/** Names of the fields that wrap every answer; null where the whole body is the result. */\nexport const envelope: Envelope | null = ${table(envelope, '')};\n`,
  ];
  const path = `packages/client/src/generated/${name}/tables.gen.ts`;
  return [{ path, content: `${header(document)}${sections.join('\n')}` }];
}

function hostsOf({ servers }: ResolvedDocument): object {
  const regions = [...new Set(servers.map(({ region }) => region).filter((region) => region !== ''))];
  const hostsIn = (region: string): string[] =>
    servers
      .filter((server) => server.region === region)
      .sort((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary'))
      .map(({ url }) => url);
  return Object.fromEntries(regions.map((region) => [region, hostsIn(region)]));
}

/** Each call of the client is signed, whatever the document allows beside that. */
function withoutSecurity(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([key]) => key !== 'security'));
}
