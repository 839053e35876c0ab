import type { TokenHandler } from './types.js';

/** An answer to a request for a token, before it is a response of the web standard. */
export interface TokenAnswer {
  readonly status: number;
  /** Names and values; only `Set-Cookie` may be there more than once. */
  readonly headers: readonly (readonly [string, string])[];
  /** Undefined where there is none, as of a 204. */
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

/** Answers a request; never rejects for what the request is. */
export type Answer<Context extends readonly unknown[]> = (
  request: Request,
  ...context: Context
) => Promise<TokenAnswer>;

/** What handlers of ours answer with: to put it into a response and read it out of that takes as long as all else of it. */
const answers = new WeakMap<object, Answer<never>>();

/** Returns a handler that answers so, and whose answers `answerOf` returns as they are. */
export function toHandler<Context extends readonly unknown[]>(answer: Answer<Context>): TokenHandler<Context> {
  async function handleTokenRequest(request: Request, ...context: Context): Promise<Response> {
    const { status, headers, body } = await answer(request, ...context);
    return new Response(body ?? null, {
      status,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
    });
  }
  answers.set(handleTokenRequest, answer);
  return handleTokenRequest;
}

/** Returns what a handler answers with; where it is none of ours, such as one that wraps one, it is read out of its responses. */
export function answerOf<Context extends readonly unknown[]>(handler: TokenHandler<Context>): Answer<Context> {
  const answer = answers.get(handler) as Answer<Context> | undefined;
  return answer ?? (async (request, ...context) => readAnswer(await handler(request, ...context)));
}

async function readAnswer(response: Response): Promise<TokenAnswer> {
  const { status, headers, body } = response;
  return {
    status,
    headers: [...headers],
    body: body === null ? undefined : new Uint8Array(await response.arrayBuffer()),
  };
}
