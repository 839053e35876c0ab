export {
  type ClientSettings,
  type DescribedClient,
  describeClient,
  toClientSettings,
} from '../client/describe-client.js';
export { type RowFunctions, readerOf, toClientRow } from '../client/to-client-row.js';
export { formatProblems } from '../errors.js';
export { isBinary, isFormType, isJsonType, isPartsType } from '../forms/media-types.js';
export { appendPointer, readPointer } from '../json/json-pointer.js';
export { definitionOf, hasField } from '../json/path-item.js';
export { asArray, asObject, dereference, isObject, readShape } from '../json/references.js';
export type { JsonObject, Schema } from '../json/types.js';
export { resolveDocument } from '../model/resolve-document.js';
export { toOperation, toTypeName } from '../model/resolve-operation.js';
export { hasSignature } from '../model/security.js';
export {
  isWholeQuery,
  type ResolvedDocument,
  type ResolvedOperation,
  type ResolvedParameter,
  type ResolvedScheme,
} from '../model/types.js';
export { overlayDocument } from '../overlay/overlay-document.js';
export { bundleDocument } from '../read/bundle-document.js';
export { readSources, type Sources } from '../read/read-sources.js';
export {
  type CompiledChecks,
  compileChecks,
  compileParts,
  isValidated,
  type ValidatedPart,
} from '../validators/compile-validators.js';
export { compileWhatCan } from '../validators/compile-what-can.js';
