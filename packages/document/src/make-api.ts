import type { ApiDescription, OpenApiDocument, Validator } from '@nexconn-kit/contract';
import { createValidator } from '@nexconn-kit/contract/validator';
import { toOperation } from './model/to-operation.js';
import type { ResolvedDocument } from './model/types.js';
import type { Sources } from './read/read-sources.js';
import { compileBodies } from './validators/compile-bodies.js';

/**
 * Makes of a document what the generator writes into files.
 *
 * @throws {DocumentError} when a schema uses what the compiler does not understand
 */
export function makeApi(resolved: ResolvedDocument, sources: Sources): ApiDescription {
  const { bundle, operations, envelope, errorCodes } = resolved;
  const bodies = compileBodies(resolved, sources);

  function validatorOf(operationId: string): Validator {
    const body = bodies.get(operationId);
    return body ? createValidator(body.check, body.tables, body.required, body.sentences) : () => [];
  }

  return {
    document: bundle as unknown as OpenApiDocument,
    operations: Object.fromEntries(operations.map((entry) => [entry.operationId, toOperation(bundle, entry)])),
    validators: Object.fromEntries(operations.map(({ operationId }) => [operationId, validatorOf(operationId)])),
    errors: Object.fromEntries(errorCodes.map((entry) => [entry.name, entry])),
    envelope,
  };
}
