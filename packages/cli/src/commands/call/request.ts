import {
  isObject,
  type JsonObject,
  type ResolvedDocument,
  type ResolvedOperation,
} from '@nexconn-kit/document/compiler';
import { CliError, readSmallBytes } from '@nexconn-kit/token-server/command-line';
import { checkMembers, fieldsOf, readFields } from './fields.js';
import { fileType } from './file-type.js';

/** What a request is made of. */
export interface RequestSources {
  /** What stands behind the name of the operation. */
  readonly words: readonly string[];
  /** The path of the body, or `-` for stdin. */
  readonly body?: string | undefined;
  /** The flags of the command itself, without dashes. */
  readonly ownFlags: ReadonlySet<string>;
  /** As the operation was typed. */
  readonly typed: string;
}

/** The largest body that is read of a file. */
const maxBytes = 64 * 1024 * 1024;

/** Returns the flat request of the client: the body of a file, and what flags say, which comes before it. @throws {CliError} USAGE */
export async function readRequest(
  operation: ResolvedOperation,
  { bundle }: Pick<ResolvedDocument, 'bundle'>,
  { words, body: path, ownFlags, typed }: RequestSources,
): Promise<Record<string, unknown>> {
  const fields = fieldsOf(operation, bundle, ownFlags);
  const given = await readFields(words, { fields, bundle, ownFlags, operation: typed });
  if (path === undefined) return given;
  const { body } = operation;
  if (body === null) throw usage(`${operation.operationId} has no body. Leave out --body.`);
  const bytes = readBody(path);
  if (!/[/+]json(;|$)/i.test(body.contentType) && body.field !== undefined) {
    return { ...given, [body.field]: readWhole(path, bytes, body.contentType) };
  }
  const value = parseBody(bytes.toString('utf8'));
  if (body.field !== undefined) return { ...given, [body.field]: value };
  if (!isObject(value)) throw usage('The body is no JSON object. Give one with its fields.');
  checkMembers(value, fields);
  return { ...value, ...given };
}

/** Where the document leaves the type open, the file has that of its ending. */
function readWhole(path: string, bytes: Buffer, contentType: string): string | Uint8Array | Blob {
  if (contentType.includes('*')) return new Blob([new Uint8Array(bytes)], { type: fileType(path) });
  return /^text\//i.test(contentType) ? bytes.toString('utf8') : new Uint8Array(bytes);
}

function readBody(path: string): Buffer {
  try {
    return readSmallBytes(path === '-' ? '/dev/stdin' : path, { maxBytes });
  } catch (error) {
    throw usage(
      `The body ${path === '-' ? 'of stdin' : `of ${path}`} ${(error as Error).message}. Give a file, or - for stdin.`,
    );
  }
}

function parseBody(text: string): JsonObject | unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the engine's words: they repeat a piece of it.
    throw usage('The body is not JSON. Give a file with JSON, or - for stdin.');
  }
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
