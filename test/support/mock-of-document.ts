import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedDocument, loadDocument } from '@nexconn-kit/document';
import { createMock, type Mock } from '@nexconn-kit/mock';

/** The paths and components of a document. */
interface Parts {
  readonly paths: object;
  readonly components?: object;
}

/** Returns a mock without a port of an unsigned OpenAPI 3.1 document with these parts. */
export async function mockOfDocument(parts: Parts): Promise<Mock> {
  return createMock({ document: await loadParts(parts) });
}

/** Returns an unsigned OpenAPI 3.1 document with these parts. */
export async function loadParts(parts: Parts): Promise<LoadedDocument> {
  const folder = await mkdtemp(join(tmpdir(), 'mock-of-document-'));
  try {
    const file = join(folder, 'openapi.json');
    const head = { openapi: '3.1.0', info: { title: 'A document', version: '1' }, security: [] };
    await writeFile(file, JSON.stringify({ ...head, ...parts }));
    return await loadDocument(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
