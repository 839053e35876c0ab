export type { Problem } from '@nexconn-kit/document';
export { type ApiPart, type ApiTarget, apiParts } from './api-parts.js';
export { GenerateError, type GenerateErrorCode, type GenerateErrorDetails } from './errors.js';
export {
  describeDifferences,
  describeWarnings,
  type GenerateApiOptions,
  type GeneratedApi,
  generateApi,
} from './generate-api.js';
