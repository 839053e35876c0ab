import type { ChosenSecret, Secrets } from '../app-secrets.js';
import type { Call } from '../call/call.js';
import type { Clock } from '../clock-skew.js';
import type { Emit } from '../create-emitter.js';
import type { NexconnError } from '../errors.js';
import type { Failover, Host } from '../failover.js';
import type { Settings } from '../resolve-options.js';
import type { Answer } from '../response/classify-answer.js';
import type { HttpRequest, HttpResponse } from '../transport/transport.js';
import type { RateLimits } from './wait-for-permit.js';

/** What the calls of a client have in common. */
export interface Parts {
  readonly settings: Settings;
  readonly failover: Failover;
  readonly secrets: Secrets;
  /** Returns the headers of one attempt; a promise of them where that takes one. */
  readonly sign: (
    request: HttpRequest,
    call: Call,
    secret: ChosenSecret,
    parts: Parts,
  ) => HttpRequest['headers'] | Promise<HttpRequest['headers']>;
  /** Whether a call that failed so may be sent again. Default: any may. */
  readonly mayRepeat?: ((call: Call, failure: NexconnError) => boolean) | undefined;
  readonly clock: Clock;
  readonly rateLimits: RateLimits;
  readonly emit: Emit;
  readonly monotonicNow: () => number;
  readonly random: () => number;
  /** Whether the transport may send a request again by itself, as the `fetch` of some runtimes does. */
  readonly mayResend: boolean;
}

/** One attempt of a call, and its result. */
export interface Attempt {
  readonly host: Host;
  readonly secret: ChosenSecret;
  /** What its timestamp was corrected by. */
  readonly clockOffsetMs: number;
  /** Whether it met with a kept connection that was closed before any of the response arrived. */
  isReset: boolean;
  /** Whether it is the one before, sent again, and counts as one with that. */
  readonly isResent: boolean;
  /** False while it waits for a connection. */
  isSent: boolean;
  /** In monotonic milliseconds, and how many it took. */
  startedAt: number;
  tookMs: number;
  /** In Unix milliseconds of this machine. */
  sentAt: number;
  receivedAt: number;
  /** Undefined where no whole response arrived. */
  answer: Answer | undefined;
  /** Those of a response that was too long to be read. */
  unreadHeaders?: HttpResponse['headers'] | undefined;
  failure: NexconnError | undefined;
}
