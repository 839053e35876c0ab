export * from './generated/nexconn/document.gen.js';
export * from './generated/nexconn/error-catalogue.gen.js';
export * from './generated/nexconn/operations.gen.js';
export type * from './generated/nexconn/types.gen.js';
export * from './generated/nexconn/validators.gen.js';
export type {
  Envelope,
  ErrorCatalogueEntry,
  HttpMethod,
  OpenApiDocument,
  Operation,
  OperationBody,
  OperationParameter,
  RateLimit,
  Server,
  ValidationIssue,
  Validator,
} from './types.js';
