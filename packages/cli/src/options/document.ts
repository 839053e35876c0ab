import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LoadedDocument } from '@nexconn-kit/document';
import { CliError } from '@nexconn-kit/token-server/command-line';

/** Far more than the largest documents that are published have. */
const maxBytes = 128 * 1024 * 1024;

/**
 * Refuses a document that nobody could read to its end: a device has none, and a pipe that nobody writes to no beginning. What is
 * not there, the reader says itself.
 *
 * @throws {CliError} USAGE
 */
export async function refuseEndless(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return;
  const isFile = found.isFile();
  if (isFile && found.size <= maxBytes) return;
  const problem = isFile
    ? `has ${found.size} bytes, where ${maxBytes} are the most`
    : 'is no file but a device, a pipe or a socket';
  throw new CliError(`The document ${path} ${problem}. Give the path of an OpenAPI document.`, { code: 'USAGE' });
}

/** Returns what was left out of a document or looks like a mistake, each with its place and what to do; empty where nothing is. */
export function warningLines({ warnings }: Pick<LoadedDocument, 'warnings'>): string {
  return warnings.map(({ file, line, message, hint }) => `${file}:${line}  ${message}\n  → ${hint}\n`).join('');
}

/** Returns the path of the document of the Nexconn Server API, as this build has it. */
export function documentOfBuild(): string {
  return fileURLToPath(import.meta.resolve('@nexconn-kit/contract/openapi.json'));
}
