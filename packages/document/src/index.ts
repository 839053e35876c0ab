export { DocumentError, type DocumentErrorCode, type DocumentErrorDetails } from './errors.js';
export { type LoadOptions, loadDocument } from './load-document.js';
export type { LoadedDocument, Problem, SourcePosition } from './types.js';
export { type DocumentWatch, type WatchOptions, watchDocument } from './watch/watch-document.js';
