import { isTokenServiceError, refuseOption } from '../errors.js';
import { legible } from '../redaction/safe-cause.js';
import type { TokenService } from '../types.js';
import { withTimeout } from '../with-timeout.js';
import { tryLater } from './problem.js';
import type { Tokens } from './types.js';

/** Longer than a store takes to be opened, and shorter than most proxies wait. */
const timeoutMs = 10_000;

/**
 * Returns what resolves to the token service that `make` makes for the first request, and for the next one where that has
 * failed or has timed out. Those who come meanwhile wait for the same one.
 */
export function makeOnce<Context extends readonly unknown[]>(
  make: (...context: Context) => Tokens | PromiseLike<Tokens>,
): (context: Context) => Promise<Tokens> {
  let making: Promise<Tokens> | undefined;
  /** The one that somebody waited for in vain. */
  let overdue: Promise<Tokens> | undefined;

  async function makeTokens(context: Context): Promise<Tokens> {
    try {
      return checkTokens(await make(...context));
    } catch (thrown) {
      const error = legible(thrown);
      // A setting is missing until it is mended; a store that cannot be opened is away, whatever its client throws.
      const { code } = Object(error) as { code?: unknown };
      throw isTokenServiceError(error) || code === 'INVALID_OPTION' ? error : tryLater(error);
    }
  }

  function begin(context: Context, earlier: Promise<Tokens> | undefined): Promise<Tokens> {
    const begun = orEarlier(makeTokens(context), earlier);
    begun.then(
      () => {
        if (making === begun) overdue = undefined;
      },
      () => {
        if (making === begun) making = undefined;
      },
    );
    return begun;
  }

  return async function madeTokens(context) {
    if (making === undefined || making === overdue) making = begin(context, making);
    const awaited = making;
    const slow = `The token service was not made within ${timeoutMs} ms.`;
    return withTimeout(awaited, timeoutMs, slow).catch((error: unknown) => {
      if (Object(error).code !== 'TIMED_OUT') throw error;
      overdue = awaited;
      throw tryLater(error);
    });
  };
}

/** Where each call takes longer than is waited for it, nobody would ever get what the one before was making. */
function orEarlier(begun: Promise<Tokens>, earlier: Promise<Tokens> | undefined): Promise<Tokens> {
  return new Promise((resolve, reject) => {
    begun.then(resolve, reject);
    earlier?.then(resolve, () => {});
  });
}

/** @throws {TokenServiceError} INVALID_OPTION */
export function checkTokens(tokens: Tokens): Tokens {
  const { get, replace } = Object(tokens) as Partial<TokenService>;
  if (typeof get === 'function' && typeof replace === 'function') return tokens;
  return refuseOption('tokens', 'is no token service. Pass what createTokenService returns, or a function that does.');
}
