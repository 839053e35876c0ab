import type { Envelope } from '@nexconn-kit/contract';
import type { ResolvedDocument, ResolvedOperation, ResolvedScheme } from '../model/types.js';
import type { Sources } from '../read/read-sources.js';
import { compileParts } from '../validators/compile-validators.js';
import { toClientRow } from './to-client-row.js';

/** What all operations have in common, as the client reads it: its `ApiSettings`. */
export interface ClientSettings {
  readonly title: string;
  readonly servers: readonly string[];
  readonly envelope: Envelope | null;
  /** By business code. */
  readonly errors: Readonly<
    Record<number, { readonly httpStatus: number; readonly retryable: boolean; readonly explanation: string }>
  >;
  readonly securitySchemes: Readonly<Record<string, ResolvedScheme>>;
}

/** An API as `createApiClient` takes it, made as the process runs: its `ApiDescription`, without the types of operations. */
export interface DescribedClient extends ClientSettings {
  readonly operations: Readonly<Record<string, object>>;
}

/** Returns what all operations of a document have in common. */
export function toClientSettings({
  bundle,
  servers,
  envelope,
  errorCodes,
  securitySchemes,
}: ResolvedDocument): ClientSettings {
  // Of several errors with one code the first counts.
  const errors = [...errorCodes].reverse().map(({ code, httpStatus, retryable, meaning, remedy }) => {
    return [code, { httpStatus, retryable, explanation: `${meaning} ${remedy}` }];
  });
  return {
    title: String(Reflect.get(Object(bundle.info), 'title') ?? ''),
    servers: servers.map(({ url }) => url),
    envelope,
    errors: Object.fromEntries(errors),
    securitySchemes,
  };
}

/**
 * Returns some operations of a document as `createApiClient` takes them, checks included; `writers` are the functions that
 * `@nexconn-kit/client/api` exports for generated code. Nothing is compiled of the other operations.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, where no check can be made of a schema
 * @example
 * const client = createApiClient(describeClient(resolved, resolved.operations, sources, api), { credentials });
 */
export function describeClient(
  resolved: ResolvedDocument,
  operations: readonly ResolvedOperation[],
  sources: Pick<Sources, 'locate' | 'files'>,
  writers: object,
): DescribedClient {
  const some = { ...resolved, operations: [...operations] };
  const validators = compileParts(some, ['parameters', 'request', 'result'], sources);
  const rows = operations.map((operation) => {
    const { operationId } = operation;
    const row = toClientRow(operation, {
      writer: (name) => Reflect.get(writers, name),
      validator: (part) => validators[part].get(operationId),
    });
    return [operationId, row];
  });
  return { ...toClientSettings(resolved), operations: Object.fromEntries(rows) };
}
