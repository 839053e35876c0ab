import { optionChecks, type TokenSourceError } from '../errors.js';
import { checkWait } from '../settings.js';
import type { TokenSource, TokenWaitOptions } from '../types.js';

/** The codes of `connect` that another token can mend: invalid (31004), expired (31020), one-time and used (31027). */
export const refreshCodes: readonly number[] = [31004, 31020, 31027];

/** The result of `connect` of a chat SDK. */
export type ConnectAnswer = number | { readonly code: number };

// 31004 also means a token of another App Key, which no new token mends.
const maxRefreshes = 2;

/**
 * Returns the last answer of `connect`, whatever its code: called with the token of a source and, where the chat server
 * does not accept that, with another one, at most twice.
 *
 * @throws {TokenSourceError} INVALID_OPTION; as `get` and `reject` of the source; and what `connect` throws
 * @example
 * const { code } = await connectWithToken(source, (token) => NCEngine.connect({ token }));
 */
export async function connectWithToken<Answer extends ConnectAnswer>(
  source: Pick<TokenSource, 'get' | 'reject'>,
  connect: (token: string) => Promise<Answer>,
  options?: TokenWaitOptions,
): Promise<Answer> {
  // None may be left out.
  optionChecks.checkFunction('source.get', source?.get ?? null);
  optionChecks.checkFunction('source.reject', source.reject ?? null);
  optionChecks.checkFunction('connect', connect ?? null);
  checkWait(options);
  let token = await source.get(options);
  for (let refreshes = 0; ; refreshes += 1) {
    const answer = await connect(token);
    if (refreshes === maxRefreshes || !refreshCodes.includes(codeOf(answer))) return answer;
    const refused = token;
    try {
      token = await source.reject(refused, options);
    } catch (error) {
      if ((error as Partial<TokenSourceError> | undefined)?.code === 'TOKEN_FIXED') return answer;
      throw error;
    }
    if (token === refused) return answer;
  }
}

/** Returns the code of an answer or a status. */
export function codeOf(answer: ConnectAnswer): number {
  return typeof answer === 'number' ? answer : answer?.code;
}
