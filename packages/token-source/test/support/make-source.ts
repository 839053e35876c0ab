import type { Environment } from '../../src/environment.js';
import { resolveOptions } from '../../src/resolve-options.js';
import { assembleSource } from '../../src/source.js';
import type {
  FetchedToken,
  FetchTokenRequest,
  TokenKeepingOptions,
  TokenSource,
  TokenStorage,
} from '../../src/types.js';

type Answer = FetchedToken | ((request: FetchTokenRequest) => FetchedToken | Promise<FetchedToken>);

/** An app server that answers with the given answers in turn, and after them with tokens of its own. */
export function makeServer(...answers: Answer[]) {
  const requests: FetchTokenRequest[] = [];
  let issued = 0;
  const fetchToken = async (request: FetchTokenRequest): Promise<FetchedToken> => {
    requests.push(request);
    const answer = answers.shift();
    if (typeof answer === 'function') return answer(request);
    if (answer) return answer;
    issued += 1;
    return { userId: 'ada', accessToken: `token-${issued}`, expiresInSeconds: null };
  };
  return { fetchToken, requests };
}

/** Creates a source as `createTokenSource` does, in an environment of the test's. */
export function makeSource(
  environment: Environment,
  fetchToken: (request: FetchTokenRequest) => Promise<FetchedToken>,
  options: TokenKeepingOptions = {},
): TokenSource {
  return assembleSource(resolveOptions({ ...options, fetchToken }), environment);
}

/** A storage whose entries a test can see. */
export function makeStorage(): TokenStorage & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => entries.set(key, value),
    removeItem: (key) => entries.delete(key),
  };
}

/** Throws what the endpoint form throws for an answer of that status. */
export function refuse(status: number, retryAfterMs?: number): () => never {
  return () => {
    throw Object.assign(new Error('refused'), { status, retryAfterMs });
  };
}

/** Returns the error that a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error) => error,
  );
}
