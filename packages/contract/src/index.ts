export * from './generated/nexconn/index.gen.js';
export type {
  ApiDescription,
  Effect,
  EffectName,
  EffectValue,
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
