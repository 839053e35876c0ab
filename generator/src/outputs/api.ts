import { isWholeQuery } from '@nexconn-kit/document/compiler';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { table } from '../typescript/literal.js';
import { declareParts, shareParts } from '../typescript/shared-parts.js';

/** `api.gen.ts`: a document and all that is generated of it, as the mock takes it: `startMock({ document: api })`. */
export function apiOutput(document: ResolvedDocument): OutputFile[] {
  const { types, folder } = document.home;
  const shared = shareParts(document.bundle);
  const hasQueries = document.operations.some(({ parameters }) => parameters.some(isWholeQuery));
  const start = 'export const document: OpenApiDocument = ';
  const content = [
    `import type { ApiDescription, OpenApiDocument } from '${types}';`,
    "import { errorCatalogue } from './error-catalogue.gen.js';",
    "import { envelope, operationTable } from './operations.gen.js';",
    `import { ${hasQueries ? 'queryValidators, ' : ''}requestValidators } from './validators.gen.js';`,
    '',
    `${declareParts(shared, '')}/** The bundled OpenAPI document; every \`$ref\` in it is local, and what stands in several places is a constant above. */`,
    `${start}${table(shared.value, '', start.length)};`,
    '',
    '/** The API as a mock plays it. */',
    'export const api: ApiDescription = {',
    '  document,',
    '  operations: operationTable,',
    '  validators: requestValidators,',
    ...(hasQueries ? ['  queryValidators,'] : []),
    '  errors: errorCatalogue,',
    '  envelope,',
    '};',
    '',
  ];
  return [{ path: `${folder}/api.gen.ts`, content: `${header(document)}${content.join('\n')}` }];
}
