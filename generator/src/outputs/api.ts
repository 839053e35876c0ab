import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { table } from '../typescript/literal.js';

/** `api.gen.ts`: a document and all that is generated of it, as the mock takes it: `startMock({ document: api })`. */
export function apiOutput(document: ResolvedDocument): OutputFile[] {
  const { types, folder } = document.home;
  const content = [
    `import type { ApiDescription, OpenApiDocument } from '${types}';`,
    "import { errorCatalogue } from './error-catalogue.gen.js';",
    "import { envelope, operationTable } from './operations.gen.js';",
    "import { requestValidators } from './validators.gen.js';",
    '',
    '/** The bundled OpenAPI document; every `$ref` in it is local. */',
    `export const document: OpenApiDocument = ${table(document.bundle, '')};`,
    '',
    '/** The API as a mock plays it. */',
    'export const api: ApiDescription = {',
    '  document,',
    '  operations: operationTable,',
    '  validators: requestValidators,',
    '  errors: errorCatalogue,',
    '  envelope,',
    '};',
    '',
  ];
  return [{ path: `${folder}/api.gen.ts`, content: `${header(document)}${content.join('\n')}` }];
}
