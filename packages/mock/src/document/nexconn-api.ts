import { document, envelope, errorCatalogue, operationTable, requestValidators } from '@nexconn-kit/contract';
import type { Api } from '../http/types.js';

/** The Nexconn Server API, as the generator made it out of `spec/nexconn`. */
export const nexconnApi: Api = {
  document,
  operations: operationTable,
  validators: requestValidators,
  errors: errorCatalogue,
  envelope,
};
