import type { ActionName, Piece } from '../protocol.js';

/** What a story is called, and what one would have seen without the kit. */
export interface StoryWords {
  readonly title: string;
  readonly without: string;
}

export const pieceNames: Readonly<Record<Piece, string>> = {
  app: 'App',
  server: 'App server',
  api: 'Nexconn',
};

/** Where there is little room. */
export const shortNames: Readonly<Record<Piece, string>> = { ...pieceNames, server: 'Server' };

/** By the first word of a story's ID. */
export const storyWords: Readonly<Record<string, StoryWords>> = {
  'sign-in': {
    title: 'Sign in',
    without:
      'a signature to write by hand, an App Secret that ends up in the app, and a call of the API at each start of it.',
  },
  second: {
    title: 'Second device',
    without: 'another call of the API for each device, until the rate limit refuses some of them.',
  },
  rotate: {
    title: 'Rotate App Secret',
    without:
      'all users thrown out with 31004, and a server that answers 500 until somebody restarts it with the new secret.',
  },
  expire: {
    title: 'Expire tokens',
    without: '“Connection failed (31020)” on every device, until its user signs in again.',
  },
  suspend: {
    title: 'Suspend app',
    without: 'every device asking for another token again and again, which no token can mend.',
  },
  down: {
    title: 'API down',
    without: 'an error page for the new user, and retries without a pause, which keep an API down that comes back.',
  },
  slow: {
    title: 'Slow API',
    without: 'a spinner without an end, and two calls for one user, each with a token of its own.',
  },
  lose: {
    title: 'Lose the connection',
    without: 'a new token for each tunnel and each lift, and so a call of the API for each of them.',
  },
  out: {
    title: 'Sign out',
    without: 'the token of the last user left in the browser, for whoever comes next, and in the other tabs.',
  },
  normal: { title: 'Back to normal', without: '' },
  again: { title: 'The sandbox is back', without: '' },
  elsewhere: { title: 'Done elsewhere, as in a shell or the mock console', without: '' },
};

/** The buttons that break something, in their order. */
export const actionButtons: readonly {
  readonly action: ActionName;
  readonly kind: string;
  readonly label: string;
  /** Where it is in force and can be taken back. */
  readonly undo?: string;
}[] = [
  { action: 'rotate-secret', kind: 'rotate', label: 'Rotate App Secret' },
  { action: 'expire-tokens', kind: 'expire', label: 'Expire tokens', undo: 'Set the clock right' },
  { action: 'suspend-app', kind: 'suspend', label: 'Suspend app', undo: 'Resume app' },
  { action: 'api-down', kind: 'down', label: 'API down', undo: 'API up again' },
  { action: 'slow-api', kind: 'slow', label: 'Slow API', undo: 'Quick again' },
  { action: 'lose-connection', kind: 'lose', label: 'Lose the connection' },
];
