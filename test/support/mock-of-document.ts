import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDocument } from '@nexconn-kit/document';
import { createMock, type Mock } from '@nexconn-kit/mock';

/** Returns a mock without a port of an unsigned OpenAPI 3.1 document with these paths and components. */
export async function mockOfDocument(parts: { readonly paths: object; readonly components?: object }): Promise<Mock> {
  const folder = await mkdtemp(join(tmpdir(), 'mock-of-document-'));
  try {
    const file = join(folder, 'openapi.json');
    const head = { openapi: '3.1.0', info: { title: 'A document', version: '1' }, security: [] };
    await writeFile(file, JSON.stringify({ ...head, ...parts }));
    return createMock({ document: await loadDocument(file) });
  } finally {
    await rm(folder, { recursive: true });
  }
}
