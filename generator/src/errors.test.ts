import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codesOf, describeErrors } from '../../test/support/error-catalogue.js';
import { generateApi } from './generate-api.js';
import { makeOutputs } from './make-outputs.js';

describeErrors('generator', codesOf('generator/src/errors.ts', 'GenerateErrorCode'), {
  INVALID_OPTION: () => generateApi({ document: 'openapi.yaml', out: '' }),
  async GENERATE_FAILED() {
    const folder = await mkdtemp(join(tmpdir(), 'errors-'));
    return makeOutputs(folder).finally(() => rm(folder, { recursive: true }));
  },
});
