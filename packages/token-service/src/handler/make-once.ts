import { isTokenServiceError, refuseOption } from '../errors.js';
import type { TokenService } from '../types.js';
import { withTimeout } from '../with-timeout.js';
import { tryLater } from './problem.js';
import type { Tokens } from './types.js';

/** Longer than a store takes to be opened, and shorter than most proxies wait. */
const timeoutMs = 10_000;

/**
 * Returns what resolves to the token service that `make` makes for the first request, and for the next one where that has
 * failed. Those who come meanwhile wait for the same one.
 */
export function makeOnce<Context extends readonly unknown[]>(
  make: (...context: Context) => Tokens | PromiseLike<Tokens>,
): (context: Context) => Promise<Tokens> {
  let making: Promise<Tokens> | undefined;

  async function makeTokens(context: Context): Promise<Tokens> {
    try {
      return checkTokens(await make(...context));
    } catch (error) {
      // A setting is missing until it is mended; a store that cannot be opened is away, whatever its client throws.
      const { code } = Object(error) as { code?: unknown };
      throw isTokenServiceError(error) || code === 'INVALID_OPTION' ? error : tryLater(error);
    }
  }

  return async function madeTokens(context) {
    if (!making) {
      making = makeTokens(context);
      making.catch(() => {
        making = undefined;
      });
    }
    const slow = `The token service was not made within ${timeoutMs} ms.`;
    return withTimeout(making, timeoutMs, slow).catch((error: unknown) => {
      throw Object(error).code === 'TIMED_OUT' ? tryLater(error) : error;
    });
  };
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function checkTokens(tokens: Tokens): Tokens {
  const { get, replace } = Object(tokens) as Partial<TokenService>;
  if (typeof get === 'function' && typeof replace === 'function') return tokens;
  return refuseOption('tokens', 'is no token service. Pass what createTokenService returns, or a function that does.');
}
