import type { NexconnError } from '../errors.js';

/** A request of the client; each attempt sends it with a signature of its own. */
export interface HttpRequest {
  /** Such as `https://api.sg-light-api.com`; empty until one of the client's hosts has been picked. */
  readonly origin: string;
  /** With its query, from the first slash on; below the base URL until a host has been picked. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  /** Whether an earlier attempt of its call was sent: it goes ahead of the others where requests wait for a connection. */
  readonly isRepeated?: boolean;
  /** Whether it takes a connection that no request has used before. */
  readonly isOverNewConnection?: boolean;
}

/** A response that has arrived to its last byte. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  /** Keys are lower-case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Undefined where a middleware made the response. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** Returns what a `Response` is here; each of its cookies is a text of its own. */
export function fromResponse({ status, statusText, headers }: Response, bytes?: HttpResponse['bytes']): HttpResponse {
  // The headers of an injected `fetch` may be older.
  const cookies = headers.getSetCookie?.();
  return {
    status,
    statusText,
    headers: { ...Object.fromEntries(headers), ...(cookies?.[1] && { 'set-cookie': cookies }) },
    bytes,
  };
}

/** What receives the result of a request: one of the two is called, or neither after a cancellation. */
export interface TransportHandler {
  readonly onResponse: (response: HttpResponse) => void;
  /** Receives whatever went wrong, such as `BodyTooLarge`. */
  readonly onError: (error: unknown) => void;
  /** Called where every connection is in use, or the transport is still being loaded: nothing is sent before `onSend`. */
  readonly onWait?: () => void;
  /** Called once such a wait is over, and the request is sent. */
  readonly onSend?: (waitedFor: 'connection' | 'transport') => void;
}

/** Ends work that is given up for an error, and returns a better one where it knows that. */
export type Cancel = (givenUpFor?: NexconnError) => Error | undefined;

/**
 * Sends a request once, and returns the function that cancels it and lets go of its connection. That returns the failure of a
 * proxy where this is what an attempt has timed out for.
 *
 * It calls back, since one more promise costs as much as signing. It follows no redirect, which could carry the signature
 * to another host.
 */
export type Send = (request: HttpRequest, handler: TransportHandler) => Cancel;

/** What sends requests, and the connections that it keeps for that. */
export interface Transport {
  readonly send: Send;
  readonly close: () => Promise<void>;
  /** Whether it may send a request again by itself, signature and all, as the `fetch` of some runtimes does. */
  readonly mayResend: boolean;
}

/** The proxies of a client, by the scheme of the host that is called; an empty text is none. */
export interface ProxyPlan {
  readonly httpProxy: string;
  /** An empty one stands for `httpProxy`. */
  readonly httpsProxy: string;
  /** Hosts that are called without one, as `NO_PROXY` lists them. */
  readonly noProxy: string;
  /** Whether the variables of the process name them: this machine is called without one then. */
  readonly isOfEnvironment: boolean;
}

/** The most bytes of a response that are read: far more than any documented answer has. */
export const bodyMaxBytes: number = 1024 * 1024;

/** The error for a response that is longer than `bodyMaxBytes`. */
export class BodyTooLarge extends Error {
  readonly status: number;
  readonly headers: HttpResponse['headers'];

  constructor({ status, headers }: Pick<HttpResponse, 'status' | 'headers'>) {
    super();
    this.status = status;
    this.headers = headers;
  }
}

/** The error for a kept connection that was closed before any of the response arrived; its `cause` is what was reported. */
export class ConnectionReset extends Error {}

/** The error for a transport that could not be loaded, as in a bundle without the modules of Node; its message is for the caller. */
export class TransportUnusable extends Error {}

/** What a proxy did not do, and what helps. */
export interface ProxyProblem {
  /** Begins with a verb, behind the name of the call. */
  readonly problem: string;
  /** Left out where it is that of any other connection that failed. */
  readonly advice?: string;
  readonly code: 'NETWORK' | 'PROXY_FAILED';
  readonly retryable: boolean;
}

/** The error for a proxy that opened no connection to the host; its `cause` is why the proxy could not be asked. */
export abstract class ProxyFailure extends Error {
  /** Returns what to say of it, by the error code of the cause and whether the proxy's certificate is not trusted. */
  abstract explain(origin: string, causeCode: string | undefined, isUntrusted: boolean): ProxyProblem;
}
