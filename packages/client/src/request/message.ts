import type { Host } from '../failover.js';

/** A request that can be signed and sent any number of times. */
export interface Message {
  readonly method: string;
  /** Below the base URL, from the first slash on, with its query. */
  readonly target: string;
  /** The only host that it may go to; undefined for those of the client. */
  readonly host: Host | undefined;
  /** Without a signature. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}
