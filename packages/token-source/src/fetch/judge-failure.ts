import { LoginRequiredError, TokenSourceError } from '../errors.js';
import { safeCause } from '../safe-cause.js';

/** Says what a failed attempt means. */
export function judgeFailure(thrown: unknown, tokens: readonly (string | undefined)[]): TokenSourceError {
  if (thrown instanceof TokenSourceError) return thrown;
  const { status, retryAfterMs } = Object(thrown) as { status?: unknown; retryAfterMs?: unknown };
  if (typeof status !== 'number') {
    const cause = safeCause(thrown, tokens);
    return new TokenSourceError('UNAVAILABLE', 'The app server did not answer: try again later.', { cause });
  }
  if (status === 401 || status === 403) return new LoginRequiredError(status);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const known = { status, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
    return new TokenSourceError('UNAVAILABLE', `The app server answered ${status}: try again later.`, known);
  }
  // Browsers show a redirect that is not followed as status 0.
  const answered = status === 0 ? 'with a redirect' : status;
  return new TokenSourceError('REFUSED', `The app server answered ${answered}: check the token endpoint.`, { status });
}
