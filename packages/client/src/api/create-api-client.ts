import { createHttp } from '../http/create-http.js';
import { startApiClient } from './start-api-client.js';
import type { ApiClient, ApiClientOptions, ApiDescription } from './types.js';

/**
 * Creates a client of the API that a document describes, with what the client of Nexconn has: checks, retries, a deadline, failover
 * over the servers, the documented rate limits, events.
 *
 * The description is generated: `nexconn generate --document openapi.yaml --out src/api`. Give it those operations alone that
 * are called, and a bundler leaves out the others. A call whose method is POST, PATCH or none of OpenAPI's is sent again only where
 * it was refused before it was carried out, unless it has an `Idempotency-Key`.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const zoo = createApiClient(clientApi, { credentials: { apiKey: process.env.ZOO_KEY } });
 * const animal = await zoo.getAnimal({ animalId: 'a1' });
 */
export function createApiClient<Operations extends object, Paths extends object>(
  description: ApiDescription<Operations, Paths>,
  options?: ApiClientOptions,
): ApiClient<Operations, Paths> {
  return startApiClient(description, options, createHttp);
}
