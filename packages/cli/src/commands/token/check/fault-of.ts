import type { CliContext } from '@nexconn-kit/token-server/command-line';

interface Fault {
  readonly found: (token: string, env: CliContext['env']) => boolean;
  readonly sentence: string;
}

/** The document's limit. */
const maxBytes = 256;

/** In the order in which they are looked for: what a text is comes before what its characters are. */
const faults: readonly Fault[] = [
  { found: (token) => token === '', sentence: 'There is none. Pipe the token in, or name its file.' },
  {
    found: (token, { NEXCONN_APP_SECRET }) => token === NEXCONN_APP_SECRET,
    sentence: 'It is the App Secret, which must never reach an app. Issue a token with it.',
  },
  {
    found: (token) => /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(token),
    sentence: "It is a JWT: your app's log-in, which the token service takes, and no access token.",
  },
  {
    found: (token) => /^Bearer\s/i.test(token),
    sentence: 'It begins with Bearer, which is a part of a header. Leave it out.',
  },
  {
    found: (token) => /^(["'`]).*\1?$/s.test(token) || /["'`]$/.test(token),
    sentence: 'It has quotes around it. Leave them out.',
  },
  {
    found: (token) => /[\r\n]/.test(token),
    sentence: 'It has more than one line. Give one token, in one line.',
  },
  {
    found: (token) => /\s/.test(token),
    sentence: 'It has white space in it or at an end: a + may have become a space in a URL. Copy it again.',
  },
  {
    found: (token) => /%(2[bf]|3[bd]|40)/i.test(token),
    sentence: 'It is encoded for a URL (%2B and the like). Pass it on as it was issued, never in a URL.',
  },
  {
    found: (token) => /[^!-~]/.test(token),
    sentence: 'It has characters that are not of printable ASCII. Copy it again.',
  },
  {
    found: (token) => token.length > maxBytes,
    sentence: `It is longer than a token, which has at most ${maxBytes} bytes. Copy it alone.`,
  },
  {
    found: (token) => /^\[?redacted\]?$|^[*•.]+|(\.\.\.|…|\*{3})/i.test(token),
    sentence: 'It is masked or cut for display. Copy the whole token.',
  },
  {
    found: (token) => token.length < 16,
    sentence: 'It is shorter than any token that was seen. Copy the whole token.',
  },
];

/** Returns what is wrong with the shape of a token, as a sentence that does not hold it; undefined for nothing. */
export function faultOf(token: string, env: CliContext['env']): string | undefined {
  return faults.find(({ found }) => found(token, env))?.sentence;
}
