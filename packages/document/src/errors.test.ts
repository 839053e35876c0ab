import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codesOf, describeErrors } from '../../../test/support/error-catalogue.js';
import { loadDocument } from './index.js';

const document = `openapi: 3.1.0
info: { title: Example, version: 1.0.0 }
paths:
  /first: { $ref: paths/first.yaml }
`;

describeErrors('document', codesOf('packages/document/src/errors.ts', 'DocumentErrorCode'), {
  async DOCUMENT_INVALID() {
    const folder = await mkdtemp(join(tmpdir(), 'errors-'));
    const path = join(folder, 'openapi.yaml');
    await writeFile(path, document);
    return loadDocument(path).finally(() => rm(folder, { recursive: true }));
  },
  INVALID_OPTION: () => loadDocument(''),
});
