import type { ResolvedDocument as Resolved } from '@nexconn-kit/document/build';
import type { FoundDocument } from './find-documents.js';

export type {
  JsonObject,
  ResolvedOperation,
  Schema,
} from '@nexconn-kit/document/build';

/** A bundled document, read once: what every output starts from. */
export interface ResolvedDocument extends Resolved, FoundDocument {}

/** A file to be written. */
export interface OutputFile {
  /** Path relative to the repository root, with forward slashes. */
  path: string;
  content: string;
}
