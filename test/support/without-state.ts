import {
  type ApiDescription,
  document,
  envelope,
  errorCatalogue,
  type Operation,
  operationTable,
  requestValidators,
} from '@nexconn-kit/contract';

/** The API whose operations change nothing: requests are judged by themselves, whoever was registered or removed before them. */
export const withoutState: ApiDescription = {
  document,
  operations: Object.fromEntries(
    Object.entries<Operation>(operationTable).map(([name, operation]) => [name, { ...operation, effects: [] }]),
  ),
  validators: requestValidators,
  errors: errorCatalogue,
  envelope,
};
