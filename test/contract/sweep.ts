import { document } from '@nexconn-kit/contract';
import fc from 'fast-check';
import { type DocumentOperation, documentOperations } from './document-operations.js';
import { createSchemaOracle, type SchemaOracle } from './schema-oracle.js';
import { EndlessSchemaError, validValue } from './valid-value.js';

/** The bundled document, its operations and its judge: what every test of this folder is driven by. */
export const swept: {
  document: object;
  operations: DocumentOperation[];
  oracle: SchemaOracle;
  seed: number;
  draws: number;
} = {
  document,
  operations: documentOperations(document).filter(hasValues),
  oracle: await createSchemaOracle(document),
  // The same bodies in every run; another number draws others.
  seed: Number(process.env.CONTRACT_SEED ?? 20_261_123),
  // How many valid values are drawn for each claim.
  draws: Number(process.env.CONTRACT_DRAWS ?? 60),
};

export type SampleParameters = Record<'path' | 'query' | 'header' | 'cookie', Record<string, string>>;

/** Whether there are requests of an operation; one whose body demands itself without an end is left out by name. */
function hasValues({ operationId, body }: DocumentOperation): boolean {
  try {
    if (body !== undefined) validValue(body, document);
    return true;
  } catch (error) {
    if (!(error instanceof EndlessSchemaError)) throw error;
    console.warn(`${operationId} is not swept: ${error.message}`);
    return false;
  }
}

/** Draws a value for every required parameter of an operation. */
export function sampleParameters(operation: DocumentOperation): SampleParameters {
  const sample: SampleParameters = { path: {}, query: {}, header: {}, cookie: {} };
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (required) sample[place][name] = String(sampleOf(schema));
  }
  return sample;
}

/** Draws a valid call of the client: parameters and body fields in one flat object, as its methods take it. */
export function sampleCall(operation: DocumentOperation): Record<string, unknown> {
  const { path, query, header } = sampleParameters(operation);
  const body = operation.body === undefined ? {} : sampleOf(operation.body);
  return { ...path, ...query, ...header, ...(body as object) };
}

/** Addresses an operation on a server, its parameters filled in. */
export function addressOf(
  operation: DocumentOperation,
  server: string,
): { url: string; headers: Record<string, string> } {
  const { path, query, header } = sampleParameters(operation);
  const filled = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return { url: `${server}${filled}${search === '' ? '' : `?${search}`}`, headers: header };
}

function sampleOf(schema: DocumentOperation['parameters'][number]['schema']): unknown {
  return fc.sample(validValue(schema, swept.document), { seed: swept.seed, numRuns: 1 })[0];
}
