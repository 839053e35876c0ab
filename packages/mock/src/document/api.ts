import type { ApiDescription, ErrorCatalogueEntry } from '@nexconn-kit/contract';
import { MockError } from '../errors.js';
import type { Api, ApiErrorName } from '../http/types.js';
import { asObject } from './lookup.js';
import { nexconnApi } from './nexconn-api.js';

/**
 * Gives what the mock needs of a document that it is handed. Errors that the mock finds by itself, such as a signature
 * that is wrong, are those of Nexconn where the document's own catalogue does not name them.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
export function toApi(description: ApiDescription): Api {
  const { document, operations, validators, envelope } = asObject(description) as Partial<ApiDescription>;
  if (!document || !operations || !validators || envelope === undefined) {
    const message = 'The option document must be what loadDocument() of @nexconn-kit/document gives.';
    throw new MockError('INVALID_OPTION', message);
  }
  // The document's own stand first: they win where two have one code.
  const errors: Record<string, ErrorCatalogueEntry> = { ...description.errors };
  for (const [name, entry] of Object.entries(nexconnApi.errors)) errors[name] ??= entry;
  return { document, operations, validators, envelope, errors: errors as Record<ApiErrorName, ErrorCatalogueEntry> };
}
