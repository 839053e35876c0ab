import { fileURLToPath } from 'node:url';
import type { LoadedDocument } from '@nexconn-kit/document';

/** Returns what was left out of a document or looks like a mistake, each with its place and what to do; empty where nothing is. */
export function warningLines({ warnings }: Pick<LoadedDocument, 'warnings'>): string {
  return warnings.map(({ file, line, message, hint }) => `${file}:${line}  ${message}\n  → ${hint}\n`).join('');
}

/** Returns the path of the document of the Nexconn Server API, as this build has it. */
export function documentOfBuild(): string {
  return fileURLToPath(import.meta.resolve('@nexconn-kit/contract/openapi.json'));
}
