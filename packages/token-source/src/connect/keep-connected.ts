import { callListener } from '../call-listener.js';
import { createEnvironment, type Environment } from '../environment.js';
import { optionChecks, TokenSourceError } from '../errors.js';
import type { TokenSource } from '../types.js';
import { sleep, withTimeout } from '../waiting.js';
import { type ConnectAnswer, codeOf, connectWithToken, refreshCodes } from './connect-with-token.js';

/** How a connection is made, watched and given up. */
export interface KeepConnectedOptions<Answer extends ConnectAnswer> {
  /** Connects with a token, as the chat SDKs do: resolves with a code or `{ code }`. */
  readonly connect: (token: string) => Promise<Answer>;
  /** Calls the listener with each status of the connection, a code or `{ code }`; may return a function that ends that. */
  readonly onStatus: (listener: (status: ConnectAnswer) => void) => unknown;
  /**
   * Called once, when no other token is tried any more: after five in a row, none of which was good for five minutes, or a code
   * that no token mends, or an error of the source, such as `LOGIN_REQUIRED`, or of `connect`, or the log-out (`CLEARED`), in
   * whichever tab: the next token would be somebody else's. What it throws is reported once, as a warning of the process.
   * Default: none.
   */
  readonly onEnd?: ((end: ConnectionEnd) => void) | undefined;
}

/** Why no other token is tried: the code that the last one got, or the error of the source or of `connect`. */
export type ConnectionEnd =
  | { readonly code: number; readonly error?: never }
  | { readonly error: unknown; readonly code?: never };

/** A connection that gets another token where it needs one. */
export interface KeptConnection<Answer extends ConnectAnswer> {
  /** The answer of `connect` to the first token that was not refused, or to the last one. */
  readonly answer: Answer;
  /** Ends the watch, and the wait for a token; the connection itself stays. The log-out of the source ends it, too. */
  readonly stop: () => void;
}

/** Other tokens in a row, each refused soon: beyond them something else is wrong than the token. */
const maxRefreshes = 5;
const firstBackOffMs = 1_000;
/** A `connect` that has not settled by then never will. */
const connectTimeoutMs = 60_000;
/** A token that was good for so long was good: what comes after it begins a new row. */
const steadyMs = 300_000;
/** Connected, and connected already. */
const connectedCodes: readonly unknown[] = [0, 34001];

const names = { connect: 0, onStatus: 0, onEnd: 0 };

/**
 * Connects as `connectWithToken` does, and from then on gets another token and connects again whenever the chat server says
 * that the token is invalid, expired or used (31004, 31020, 31027). Any other status, such as a lost network, is left to the
 * SDK, which reconnects by itself.
 *
 * @throws {TokenSourceError} INVALID_OPTION; as `get` and `reject` of the source; and what the first `connect` throws
 * @example
 * const kept = await keepConnected(source, { connect: (token) => NCEngine.connect({ token }), onStatus: watchStatus });
 */
export function keepConnected<Answer extends ConnectAnswer>(
  source: Pick<TokenSource, 'get' | 'reject' | 'subscribe'>,
  options: KeepConnectedOptions<Answer>,
): Promise<KeptConnection<Answer>> {
  return keepConnectedIn(createEnvironment(), source, options);
}

/** Does the same with what a source uses of where it runs. */
export async function keepConnectedIn<Answer extends ConnectAnswer>(
  environment: Environment,
  source: Pick<TokenSource, 'get' | 'reject' | 'subscribe'>,
  options: KeepConnectedOptions<Answer>,
): Promise<KeptConnection<Answer>> {
  optionChecks.checkNames(options, names);
  const { onStatus, onEnd } = options;
  // Neither may be left out.
  optionChecks.checkFunction('connect', options.connect ?? null);
  optionChecks.checkFunction('onStatus', onStatus ?? null);
  optionChecks.checkFunction('source.subscribe', source?.subscribe ?? null);
  optionChecks.checkFunction('onEnd', onEnd);
  const stopped = new AbortController();
  const { signal } = stopped;
  let token = '';
  let connectedAt = 0;
  let refreshes = 0;
  // A status that comes while a token is being tried is about that one, and `connect` answers it.
  let isConnecting = true;
  let endStatus: unknown;
  let endEvents = (): void => {};

  function connect(next: string): Promise<Answer> {
    token = next;
    return options.connect(next);
  }

  function stop(): void {
    stopped.abort();
    endEvents();
    leaveStatus();
  }

  function end(reason: ConnectionEnd): void {
    if (signal.aborted) return;
    stop();
    if (onEnd) callListener('onEnd', onEnd, reason);
  }

  /**
   * Returns how long to wait before another token is tried: at random, since all who are connected lose theirs at once with an
   * App Secret, and longer with each that was refused soon.
   */
  function backOffMs(): number {
    return environment.random() * firstBackOffMs * 2 ** refreshes;
  }

  async function refresh(code: number): Promise<void> {
    if (environment.monotonicNow() - connectedAt >= steadyMs) refreshes = 0;
    let refused = code;
    while (refreshCodes.includes(refused)) {
      if (refreshes === maxRefreshes) return end({ code: refused });
      await sleep(backOffMs(), signal, environment);
      refreshes += 1;
      const next = await source.reject(token, { signal });
      if (next === token) return end({ code: refused });
      const answer = await withTimeout(connect(next), connectTimeoutMs, environment);
      if (signal.aborted) return;
      connectedAt = environment.monotonicNow();
      refused = codeOf(answer);
    }
    // The SDK has not been connected by it, and nobody else learns of it.
    if (!connectedCodes.includes(refused)) end({ code: refused });
  }

  function watch(status: ConnectAnswer): void {
    const code = codeOf(status);
    if (signal.aborted || isConnecting || !refreshCodes.includes(code)) return;
    isConnecting = true;
    refresh(code)
      .catch((error: unknown) => end(isFixed(error) ? { code } : { error }))
      .finally(() => {
        isConnecting = false;
      });
  }

  /** Keeps the function that ends the watch, at once or, of an asynchronous `onStatus`, later. */
  function takeEnd(given: unknown): void {
    endStatus = given;
    if (signal.aborted) leaveStatus();
  }

  function leaveStatus(): void {
    const leave = endStatus;
    endStatus = undefined;
    if (typeof leave === 'function') callListener('onStatus', () => leave(), undefined);
  }

  // The next token would be somebody else's, or none.
  endEvents = source.subscribe(({ type }) => type === 'cleared' && end({ error: loggedOut() }));
  try {
    const watched = onStatus(watch);
    if (typeof Object(watched).then !== 'function') takeEnd(watched);
    else Promise.resolve(watched).then(takeEnd, (error: unknown) => end({ error }));
    const answer = await connectWithToken(source, connect, { signal });
    connectedAt = environment.monotonicNow();
    isConnecting = false;
    return { answer, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

function loggedOut(): TokenSourceError {
  return new TokenSourceError('The user has logged out: the connection is not kept any more.', { code: 'CLEARED' });
}

function isFixed(error: unknown): boolean {
  return (error as Partial<TokenSourceError> | undefined)?.code === 'TOKEN_FIXED';
}
