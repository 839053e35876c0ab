export {
  type FormPartOptions,
  formPart,
  readBytes,
  readEvents,
  readLines,
  readOthers,
  readText,
  writeBytes,
  writeForm,
  writeLines,
  writeMultipart,
  writeParameters,
  writeWholeQuery,
} from '../writers/writers.js';
export { createApiClient } from './create-api-client.js';
export { errorAnswerOf } from './error-answer.js';
export type {
  ApiClient,
  ApiClientBase,
  ApiClientOptions,
  ApiDescription,
  ApiHttp,
  ApiMethod,
  ApiMethods,
  ApiOperation,
  ApiSettings,
  BasicCredentials,
  Credential,
  ErrorAnswer,
  SecurityScheme,
  SignatureCredentials,
} from './types.js';
