import { invalidDocument } from '../errors.js';
import type { JsonObject } from '../json/types.js';
import type { Sources } from '../read/read-sources.js';
import type { LoadedDocument } from '../types.js';
import { applyOverlays, type Overlaid } from './apply-overlays.js';
import { readOverlays } from './read-overlay.js';

/** A document with its overlays applied, and their files. */
export type OverlaidDocument = Pick<Overlaid, 'document' | 'warnings'> & Pick<LoadedDocument, 'files'>;

/**
 * Returns a document in one piece with the overlays at these paths applied in their order: they name its places as its owner
 * wrote them.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`
 */
export async function overlayDocument(
  root: string,
  bundle: JsonObject,
  paths: readonly string[],
  sources: Sources,
): Promise<OverlaidDocument> {
  if (paths.length === 0) return { document: bundle, warnings: [], files: new Map() };
  const { actions, files } = await readOverlays(root, paths);
  const { document, problems, warnings } = applyOverlays(bundle, actions);
  if (problems.length > 0) throw invalidDocument(problems, new Map([...sources.files(), ...files]));
  return { document, warnings, files };
}
