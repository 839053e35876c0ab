import { startApiClient } from '../api/start-api-client.js';
import type { ApiClient, ApiClientOptions, ApiDescription } from '../api/types.js';
import { startNexconnClient } from '../methods/start-nexconn-client.js';
import type { NexconnClient, NexconnClientOptions } from '../types.js';

/** The client of the Nexconn Server API without `http`. */
export type LiteNexconnClient = Omit<NexconnClient, 'http'>;

/** A client of any API without `http`. */
export type LiteApiClient<Operations extends object> = Omit<ApiClient<Operations>, 'http'>;

/**
 * Creates the client that `createNexconnClient` of `@nexconn-kit/client` creates, without `http`, so that a bundle has
 * nothing of `openapi-fetch`.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION, BROWSER_REFUSED
 * @example
 * const nexconn = createNexconnClient();
 * const { accessToken } = await nexconn.issueAccessToken({ userId: 'jlk456j5', name: 'Ada' });
 */
export function createNexconnClient(options?: NexconnClientOptions): LiteNexconnClient {
  return startNexconnClient(options);
}

/**
 * Creates the client that `createApiClient` of `@nexconn-kit/client/api` creates, without `http`, so that a bundle has
 * nothing of `openapi-fetch`.
 *
 * @throws {NexconnConfigurationError} INVALID_OPTION
 * @example
 * const zoo = createApiClient(clientApi, { credentials: { apiKey: process.env.ZOO_KEY } });
 * const animal = await zoo.getAnimal({ animalId: 'a1' });
 */
export function createApiClient<Operations extends object>(
  description: ApiDescription<Operations>,
  options?: ApiClientOptions,
): LiteApiClient<Operations> {
  return startApiClient(description, options);
}
