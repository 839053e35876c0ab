import { createEnvironment } from './environment.js';
import { resolveOptions } from './resolve-options.js';
import { assembleSource } from './source.js';
import type { TokenSource, TokenSourceOptions } from './types.js';

/**
 * Creates the source of the access token of the user who is logged in: fetched from the app server, kept, and replaced
 * when it expires or is rejected.
 *
 * @throws {TokenSourceError} INVALID_OPTION
 * @example
 * const source = createTokenSource({ endpoint: '/access-token', userId: 'jlk456j5', storage: () => localStorage });
 * await connectWithToken(source, (token) => NCEngine.connect({ token }));
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const environment = createEnvironment();
  return assembleSource(resolveOptions(options), environment);
}
