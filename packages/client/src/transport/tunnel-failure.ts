import { ProxyFailure, type ProxyProblem } from './transport.js';

const silence = 'did not answer in time';

/** The error for a proxy that opened no tunnel: it said something else, could not be asked, or, with neither, stayed silent. */
export class TunnelFailure extends ProxyFailure {
  /** Its origin, without user name and password. */
  readonly proxy: string;
  /** What it answered, where it did. */
  readonly status: number | undefined;

  constructor(proxy: string, { status, cause }: { readonly status?: number; readonly cause?: unknown }) {
    const { code } = Object(cause) as { readonly code?: unknown };
    const why = typeof code === 'string' ? ` (${code})` : '';
    const unasked = cause === undefined ? silence : `could not be asked${why}`;
    super(`The proxy ${proxy} ${status === undefined ? unasked : `answered HTTP ${status}`}.`, { cause });
    this.proxy = proxy;
    this.status = status;
  }

  /** What the proxy says of a host that it cannot reach is the host's trouble. */
  explain(origin: string, causeCode: string | undefined, isUntrusted: boolean): ProxyProblem {
    const { proxy, status } = this;
    if (status !== undefined && status >= 500) {
      const problem = `got no complete answer: the proxy ${proxy} got no connection to ${origin} (HTTP ${status}).`;
      return { problem, code: 'NETWORK', retryable: true };
    }
    const unsent = `could not be sent: the proxy ${proxy}`;
    const code = 'PROXY_FAILED';
    if (status === undefined) {
      const why = causeCode === undefined ? '' : ` (${causeCode})`;
      const problem = `${unsent} ${this.cause === undefined ? silence : `could not be asked${why}`}.`;
      const advice = 'Check the proxy and its URL, then try again.';
      return { problem, code, retryable: !isUntrusted, ...(!isUntrusted && { advice }) };
    }
    if (status === 407) {
      const problem = `${unsent} does not take the user name and password of its URL, or it has none (HTTP 407).`;
      return { problem, code, retryable: false, advice: 'Put both into its URL: http://USER:PASSWORD@HOST:PORT.' };
    }
    const problem = `${unsent} refused to connect to ${origin} (HTTP ${status}).`;
    const advice = 'Have the host allowed there, or call it without the proxy (NO_PROXY).';
    return { problem, code, retryable: status === 408 || status === 429, advice };
  }
}
