import type { ResolvedDocument, ResolvedOperation, Sources } from '@nexconn-kit/document/compiler';
import { CliError, nearestFlag } from '@nexconn-kit/token-server/command-line';
import { documentOfBuild } from '../options/document.js';

/** Which document is called. */
export interface DocumentFlags {
  /** Default: that of the Nexconn Server API. */
  readonly document?: string;
  readonly overlay?: readonly string[];
  readonly allowRemote?: boolean;
}

/** A document that can be called. */
export interface OpenedDocument {
  readonly resolved: ResolvedDocument;
  readonly sources: Sources;
}

/** Returns the document of a file, what cannot be called of it left out. @throws {DocumentError} DOCUMENT_INVALID */
export async function openDocument({
  document = documentOfBuild(),
  overlay = [],
  allowRemote = false,
}: DocumentFlags): Promise<OpenedDocument> {
  const { bundleDocument, overlayDocument, readSources, resolveDocument } = await import(
    '@nexconn-kit/document/compiler'
  );
  const root = process.cwd();
  const sources = await readSources(root, document, { allowRemote });
  const overlaid = await overlayDocument(root, bundleDocument(sources), overlay, sources);
  const resolved = resolveDocument(overlaid.document, sources, 'play');
  resolved.warnings.unshift(...overlaid.warnings);
  return { resolved, sources };
}

/**
 * Returns the operation of a name, or of a method and a path as the document writes it.
 *
 * @throws {CliError} USAGE, with the one that may be meant
 */
export function findOperation({ operations, warnings }: ResolvedDocument, given: string): ResolvedOperation {
  const found = operations.find((each) => each.operationId === given || given === placeOf(each));
  if (found) return found;
  const names = operations.flatMap((each) => [each.operationId, placeOf(each)]);
  const meant = nearestFlag(given, names);
  const hint = meant === undefined ? '' : ` (Did you mean ${meant}?)`;
  const leftOut = warnings.length === 0 ? '' : ' What was left out is told there, too.';
  const message = `Unknown operation '${given}'.${hint} See nexconn call --list.${leftOut}`;
  throw new CliError(message, { code: 'USAGE' });
}

/** `GET /animals/{animalId}`. */
export function placeOf({ method, path }: Pick<ResolvedOperation, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
