// What the page and its server tell each other. None of it holds a token, an App Secret or a whole signature.

/** Who takes part in a story. */
export type Piece = 'app' | 'server' | 'api';

/** What a step is an example of, and so which code does it. */
export type Topic = 'source' | 'endpoint' | 'client' | 'secret' | 'connect' | 'sign-out';

/** One thing that happened. */
export interface Step {
  /** Which story it belongs to; empty for what no page has begun, such as a call from a shell. */
  readonly story: string;
  /** In Unix milliseconds. */
  readonly at: number;
  /** Which comes first within one millisecond: requests before answers. */
  readonly rank: number;
  readonly from: Piece;
  readonly to: Piece;
  readonly text: string;
  /** Why it happened, or what it means. */
  readonly why?: string;
  readonly tone?: 'good' | 'warn' | 'bad';
  readonly durationMs?: number;
  readonly topic: Topic;
  readonly facts?: readonly (readonly [name: string, value: string])[];
}

/** What can be broken on purpose, by the name of its route. */
export const actionNames = [
  'rotate-secret',
  'expire-tokens',
  'suspend-app',
  'api-down',
  'slow-api',
  'lose-connection',
  'back-to-normal',
] as const;
export type ActionName = (typeof actionNames)[number];

/** An action that is in force until it is taken back, or ends by itself. */
export interface ActiveFault {
  readonly action: ActionName;
  readonly story: string;
  /** In Unix milliseconds. */
  readonly endsAt: number;
}

/** The first of each stream. */
export interface Hello {
  readonly type: 'hello';
  /** Another one after a restart of the sandbox. */
  readonly epoch: string;
  readonly faults: readonly ActiveFault[];
}

/** What the server tells the pages. */
export type DemoEvent =
  | Hello
  | { readonly type: 'step'; readonly step: Step }
  /** An action begins a story, on whichever page. */
  | { readonly type: 'story'; readonly story: string; readonly action: ActionName }
  | { readonly type: 'faults'; readonly faults: readonly ActiveFault[] }
  /** The chat server tells a connection its status: a code of the SDKs, or that the network is lost. */
  | { readonly type: 'status'; readonly connection: string; readonly code: number | 'network'; readonly story: string };

/** The answer to a connection: that of the mock's connection check. */
export interface ConnectionAnswer {
  readonly code: number;
  readonly userId?: string;
  readonly meaning: string;
}

/** Returns the end of a token, which tells one from another and opens nothing. */
export function tailOf(token: string): string {
  return token.length < 12 ? '…' : `…${token.slice(-3)}`;
}
